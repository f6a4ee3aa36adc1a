// The draft orders of the demonstration EHR, and what a suggestion does to them (CDS Hooks, "Action").
import { uuid } from '../dom';
import { t } from '../language';
import type { Action, CodeableConcept, Coding, Resource } from '../types';

export interface Order { resource: Resource; state: 'draft' | 'signed' | 'removed'; suggested: boolean }

const synthetic = { tag: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST', display: 'test health data' }] };

export const angiogram: Coding = { system: 'http://snomed.info/sct', code: '33367005', display: 'Coronary angiography' };

export function draftAngiogram(patientId: string, reason: Coding, urgent: boolean): Order {
  const resource: Resource = {
    resourceType: 'ServiceRequest',
    id: `order-${uuid().slice(0, 8)}`,
    meta: synthetic,
    status: 'draft',
    intent: 'order',
    priority: urgent ? 'urgent' : 'routine',
    code: { coding: [angiogram] },
    subject: { reference: `Patient/${patientId}` },
    requester: { reference: 'Practitioner/cathgate-page' },
    authoredOn: new Date().toISOString().slice(0, 10),
    reasonCode: [{ coding: [reason] }],
  };
  return { resource, state: 'draft', suggested: false };
}

export const referenceOf = (resource: Resource): string => `${resource.resourceType}/${resource.id}`;

// The angiogram in the page's language, everything else as whoever wrote the order names it.
export function orderLabel(resource: Resource): string {
  const concept = resource.code ?? (resource['medicationCodeableConcept'] as CodeableConcept | undefined);
  const coding = concept?.coding?.[0];
  if (coding?.system === angiogram.system && coding?.code === angiogram.code) return t('order.angiogram');
  return concept?.text ?? coding?.display ?? coding?.code ?? resource.resourceType;
}

// The orders after the actions. A deleted draft stays visible as removed; an action on an order that is not there, or that
// is signed, changes nothing.
export function apply(orders: Order[], actions: Action[]): Order[] {
  let after = [...orders];
  for (const { type, resource, resourceId } of actions) {
    if (type === 'create' && resource) after.push({ resource, state: 'draft', suggested: true });
    if (type === 'update' && resource) after = after.map((order) => (order.state === 'draft' && referenceOf(order.resource) === referenceOf(resource) ? { ...order, resource, suggested: true } : order));
    if (type === 'delete') {
      const ids = Array.isArray(resourceId) ? resourceId : [resourceId];
      after = after.map((order) => (order.state === 'draft' && ids.includes(referenceOf(order.resource)) ? { ...order, state: 'removed' } : order));
    }
  }
  return after;
}
