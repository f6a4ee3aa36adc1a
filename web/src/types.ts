// The parts of CDS Hooks and FHIR that the pages use.

export interface Coding { system?: string; code?: string; display?: string }
export interface CodeableConcept { coding?: Coding[]; text?: string }
export interface Quantity { value?: number; unit?: string; system?: string; code?: string }

export interface Resource {
  resourceType: string;
  id?: string;
  status?: string;
  code?: CodeableConcept;
  [member: string]: unknown;
}
export interface Bundle { resourceType: 'Bundle'; type: string; entry: { resource: Resource }[] }
export type Prefetch = Record<string, Resource | Bundle>;

export interface Action { type: 'create' | 'update' | 'delete'; description?: string; resource?: Resource; resourceId?: string | string[] }
export interface Suggestion { label: string; uuid: string; isRecommended?: boolean; actions?: Action[] }
export interface Link { label: string; url: string; type: string }
export interface Card {
  uuid: string;
  summary: string;
  indicator: 'info' | 'warning' | 'critical';
  detail?: string;
  source: { label: string; url?: string; topic?: Coding };
  suggestions?: Suggestion[];
  overrideReasons?: Coding[];
  links?: Link[];
}

export interface HookRequest {
  hook: string;
  hookInstance: string;
  context: Record<string, unknown>;
  prefetch: Prefetch;
  extension: Record<string, unknown>;
}

export interface Feedback {
  card: string;
  outcome: 'accepted' | 'overridden';
  outcomeTimestamp: string;
  acceptedSuggestions?: { id: string }[];
  overrideReason?: { reason?: Coding; userComment?: string };
}
