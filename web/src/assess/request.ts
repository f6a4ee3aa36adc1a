// From the entries to the order-sign call that an EHR would make: a patient without a name, the answers, one Observation for
// each finding, and the draft of an angiogram. What was left open is not sent: it is unknown, never no.
import { uuid } from '../dom';
import { findItem, questionnaire, type Item } from '../questionnaire';
import type { Bundle, Coding, Prefetch, Resource } from '../types';
import { factOf, factSystem, valueSystem } from '../vocabulary';
import { readAge, readNumber, type Entered, type Entries } from './entries';
import { unitOf } from './fields';
import { groups } from './groups';

const pad = (value: number): string => String(value).padStart(2, '0');
const localDay = (at: Date): string => `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;

// A date of birth that gives the entered age for the whole of today, everywhere: the page asks for no birthday.
function birthDate(age: number, now: Date): string {
  const yesterday = new Date(now.getTime() - 2 * 86_400_000);
  return `${yesterday.getFullYear() - age}-${pad(yesterday.getMonth() + 1)}-${pad(Math.min(yesterday.getDate(), 28))}`;
}

// Whether an item is asked, given the answers so far (Questionnaire.item.enableWhen; every condition must hold).
export function isEnabled(item: Item, answers: Map<string, string>): boolean {
  return (item.enableWhen ?? []).every(({ question, operator, answerBoolean, answerCoding }) => {
    const asked = findItem(question);
    if (!asked || !isEnabled(asked, answers)) return false;
    const wanted = answerBoolean !== undefined ? String(answerBoolean) : answerCoding?.code;
    return operator === '=' ? answers.get(question) === wanted : operator === '!=' ? answers.get(question) !== wanted : false;
  });
}

function answerOf(item: Item, text: string): Record<string, unknown> | undefined {
  if (item.type === 'boolean') return { valueBoolean: text === 'true' };
  if (item.type === 'choice') return { valueCoding: { system: valueSystem, code: text } satisfies Coding };
  if (item.type === 'date') return { valueDate: text };
  if (item.type === 'dateTime') return { valueDateTime: new Date(text).toISOString() };
  const value = readNumber(text);
  if (value === undefined) return undefined;
  return item.type === 'integer' ? { valueInteger: value } : { valueDecimal: value };
}

function answered(items: Item[], answers: Map<string, string>): Record<string, unknown>[] {
  return items.flatMap((item): Record<string, unknown>[] => {
    const inner = answered(item.item ?? [], answers);
    if (item.type === 'group') return inner.length > 0 ? [{ linkId: item.linkId, item: inner }] : [];
    const text = answers.get(item.linkId) ?? '';
    const answer = text === '' || !isEnabled(item, answers) ? undefined : answerOf(item, text);
    return answer ? [{ linkId: item.linkId, answer: [answer] }] : [];
  });
}

function valueOf(name: string, { text, unit, limit }: Entered): Record<string, unknown> {
  const fact = factOf(name);
  if (fact.kind === 'boolean') return { valueBoolean: text === 'true' };
  if (fact.kind === 'category') return { valueCodeableConcept: { coding: [{ system: valueSystem, code: text }] } };
  const { code } = unitOf(fact.units ?? [], unit);
  const quantity = (value: number | undefined) => ({ value, unit: code, system: 'http://unitsofmeasure.org', code });
  const high = limit ? readNumber(limit) : undefined;
  return { valueQuantity: quantity(readNumber(text)), ...(high !== undefined ? { referenceRange: [{ high: quantity(high) }] } : {}) };
}

export interface Prepared { patientId: string; encounterId: string; orders: Resource[]; prefetch: Prefetch }

export function prepare(entries: Entries, now: Date): Prepared {
  const patientId = uuid();
  const subject = { reference: `Patient/${patientId}` };
  const bundles = new Map<string, Bundle>();
  const put = (key: string, resource: Resource): void => {
    const bundle = bundles.get(key) ?? { resourceType: 'Bundle', type: 'searchset', entry: [] };
    bundle.entry.push({ resource });
    bundles.set(key, bundle);
  };
  put('encounters', { resourceType: 'Encounter', id: 'visit', status: 'in-progress', class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: entries.where }, subject, period: { start: now.toISOString() } });
  const item = answered(questionnaire.item, entries.answers);
  if (item.length > 0) {
    put('questionnaire', { resourceType: 'QuestionnaireResponse', id: 'answers', questionnaire: `${questionnaire.url}|${questionnaire.version}`, status: 'completed', subject, authored: now.toISOString(), author: { reference: 'Practitioner/cathgate-page' }, item });
  }
  for (const group of groups) {
    const day = entries.dates.get(group.title) || localDay(now);
    const effectiveDateTime = day === localDay(now) ? now.toISOString() : day;
    for (const name of group.facts) {
      const entered = entries.facts.get(name);
      if (!entered) continue;
      put(factOf(name).key ?? 'findings', { resourceType: 'Observation', id: name.replace(/[._]/g, '-'), status: 'final', subject, encounter: { reference: 'Encounter/visit' }, effectiveDateTime, code: { coding: [{ system: factSystem, code: name }] }, ...valueOf(name, entered) });
    }
    if (group.title === 'group.ecg' && group.facts.some((name) => entries.facts.has(name))) {
      put('ecg', { resourceType: 'Observation', id: 'ecg-recorded', status: 'final', subject, encounter: { reference: 'Encounter/visit' }, effectiveDateTime, code: { coding: [{ system: factSystem, code: 'ecg.recorded' }] }, valueBoolean: true });
    }
  }
  const patient: Resource = { resourceType: 'Patient', id: patientId, gender: entries.sex, birthDate: birthDate(readAge(entries) ?? 0, now) };
  const order: Resource = { resourceType: 'ServiceRequest', id: 'angiogram', status: 'draft', intent: 'order', code: { coding: [{ system: 'http://snomed.info/sct', code: '33367005' }] }, subject, encounter: { reference: 'Encounter/visit' }, requester: { reference: 'Practitioner/cathgate-page' }, authoredOn: now.toISOString(), reasonCode: [{ coding: [{ system: 'http://snomed.info/sct', code: '29857009' }] }] };
  return { patientId, encounterId: 'visit', orders: [order], prefetch: { patient, ...Object.fromEntries(bundles) } };
}
