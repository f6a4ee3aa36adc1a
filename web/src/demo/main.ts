// The demonstration EHR: choose a patient, read the chart, draft an angiogram, sign, and decide about the card. The calls go
// to the server that served this page, as an EHR makes them.
import { callOrderHook, CallError, getJson, sendFeedback, type Settings } from '../calls';
import { byId, fill, h, uuid } from '../dom';
import { languageSwitch, onLanguage, say, t } from '../language';
import type { Card, Coding, Feedback, Suggestion } from '../types';
import { renderAdvice, type Advice } from './advice';
import { renderChart } from './chart';
import { apply, draftAngiogram, orderLabel, referenceOf, type Order } from './orders';
import { loadPatients, person, type Patient } from './record';
import { trafficPanel } from './traffic';

interface State {
  patients: Patient[];
  patient: Patient | undefined;
  orders: Order[];
  hook: 'order-select' | 'order-sign';
  hookInstance: string;
  advice: Advice[] | undefined;  // undefined: nothing asked yet
  problem: string;
  busy: boolean;
}

const state: State = { patients: [], patient: undefined, orders: [], hook: 'order-select', hookInstance: uuid(), advice: undefined, problem: '', busy: false };

const indications: Coding[] = [
  { system: 'http://snomed.info/sct', code: '29857009', display: 'Chest pain' },
  { system: 'http://hl7.org/fhir/sid/icd-10-cm', code: 'I35.0', display: 'Aortic stenosis' },
];

const drafts = (): Order[] => state.orders.filter((order) => order.state === 'draft');

function problemText(error: unknown): string {
  if (error instanceof CallError) return error.status === 0 ? t('problem.noAnswer') : t('problem.status', { status: error.status, text: error.message });
  return String(error);
}

// Asks the service about the drafts; the cards of an earlier answer go.
async function ask(hook: 'order-select' | 'order-sign', patient: Patient, selections?: string[]): Promise<Card[] | undefined> {
  state.hook = hook;
  state.busy = true;
  state.problem = '';
  drawOrders();
  try {
    const cards = await callOrderHook({ hook, hookInstance: state.hookInstance, patientId: patient.id, encounterId: patient.encounterId, orders: drafts().map((order) => order.resource), prefetch: patient.prefetch, ...(selections ? { selections } : {}) });
    state.advice = cards.map((card) => ({ card }));
    return cards;
  } catch (error) {
    state.advice = undefined;
    state.problem = problemText(error);
    return undefined;
  } finally {
    state.busy = false;
  }
}

function choosePatient(patient: Patient): void {
  Object.assign(state, { patient, orders: [], advice: undefined, problem: '', hookInstance: uuid() });
  drawPatients();
  drawChart();
  drawOrders();
  byId('chart-title').focus();
}

async function draft(reason: Coding, urgent: boolean): Promise<void> {
  const patient = state.patient;
  if (!patient) return;
  const order = draftAngiogram(patient.id, reason, urgent);
  state.orders = [...state.orders, order];
  await ask('order-select', patient, [referenceOf(order.resource)]);
  drawOrders();
  byId('sign').focus();
}

function finishSigning(): void {
  state.orders = state.orders.map((order) => (order.state === 'draft' ? { ...order, resource: { ...order.resource, status: 'active' }, state: 'signed' } : order));
  drawOrders();
  byId('signed').focus();
}

// Without a card the orders are signed at once; a card is the clinician's to decide about first.
async function sign(): Promise<void> {
  const patient = state.patient;
  if (!patient) return;
  const cards = await ask('order-sign', patient);
  if (cards?.length === 0) return finishSigning();
  drawOrders();
  const first = cards?.[0];
  if (first) byId(`card-${first.uuid}`).focus();
}

async function decide(card: Card, feedback: Feedback, kind: 'accepted' | 'overridden', text: string): Promise<void> {
  const advice = state.advice?.find((one) => one.card.uuid === card.uuid);
  if (!advice) return;
  advice.decided = { kind, text, recorded: false };
  drawOrders();
  try {
    advice.decided.recorded = (await sendFeedback(feedback)) === 1;
  } catch (error) {
    advice.decided.problem = problemText(error);
  }
  drawOrders();
  (document.getElementById('sign') ?? document.getElementById('finish') ?? byId(`card-${card.uuid}`)).focus();
}

const now = (): string => new Date().toISOString();

function accept(card: Card, suggestion: Suggestion): void {
  state.orders = apply(state.orders, suggestion.actions ?? []);
  void decide(card, { card: card.uuid, outcome: 'accepted', acceptedSuggestions: [{ id: suggestion.uuid }], outcomeTimestamp: now() }, 'accepted', suggestion.label);
}

function override(card: Card, reason: Coding | undefined, comment: string): void {
  const coded = reason?.code ? { code: reason.code, ...(reason.system ? { system: reason.system } : {}), ...(reason.display ? { display: reason.display } : {}) } : undefined;
  const overrideReason = { ...(coded ? { reason: coded } : {}), ...(comment ? { userComment: comment } : {}) };
  void decide(card, { card: card.uuid, outcome: 'overridden', overrideReason, outcomeTimestamp: now() }, 'overridden', [reason?.display, comment].filter(Boolean).join(' – '));
}

function drawPatients(): void {
  const buttons = state.patients.map((patient) => {
    const { name, age, gender } = person(patient);
    return h('li', {}, h('button', { type: 'button', 'data-patient': patient.id, 'aria-pressed': String(patient === state.patient), onclick: () => choosePatient(patient) },
      h('span', { class: 'name' }, name), h('span', { class: 'who' }, t('patients.who', { age, gender: t(gender === 'female' ? 'female' : 'male') })), h('span', { class: 'story' }, say(patient.story))));
  });
  fill(byId('patients'), h('h2', {}, t('patients.title')), h('ul', { class: 'plain' }, ...buttons));
}

function drawChart(): void {
  fill(byId('chart'), state.patient ? renderChart(state.patient) : h('p', { class: 'hint' }, t('chart.choose')));
}

function orderForm(): HTMLElement {
  const reason = h('select', { id: 'reason' }, ...indications.map((coding, index) => h('option', { value: index, selected: coding.code === state.patient?.indication.code }, t(index === 0 ? 'order.chestPain' : 'order.aorticStenosis'))));
  const urgency = h('select', { id: 'urgency' }, h('option', { value: 'routine' }, t('order.routine')), h('option', { value: 'urgent' }, t('order.urgent')));
  const form = h('form', { class: 'order-form' },
    h('p', { class: 'order-name' }, t('order.angiogram')),
    h('div', {}, h('label', { for: 'reason' }, t('order.indication')), reason), h('div', {}, h('label', { for: 'urgency' }, t('order.priority')), urgency),
    h('button', { type: 'submit', class: 'primary', id: 'draft', disabled: state.busy }, t('order.draft')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void draft(indications[Number(reason.value)]!, urgency.value === 'urgent');
  });
  return form;
}

function orderList(): HTMLElement {
  const lines = state.orders.map(({ resource, state: how, suggested }) => h('li', { 'data-order': resource.id, 'data-state': how },
    h('span', { class: 'order-label' }, orderLabel(resource)), h('span', { class: `state ${how}` }, t(`order.state.${how}`)), suggested && h('span', { class: 'tag' }, t('order.suggested'))));
  return h('ul', { class: 'plain orders', 'aria-label': t('order.title') }, ...lines);
}

// What can be done with the drafts now: sign, or finish after the cards of the signing.
function orderButtons(): HTMLElement | null {
  if (drafts().length === 0) return state.orders.some((order) => order.state === 'signed') ? h('p', { class: 'signed', id: 'signed', tabindex: '-1', role: 'status' }, t('order.signed')) : null;
  const decided = state.advice?.some((one) => one.decided) ?? false;
  const changed = state.advice?.some((one) => one.decided?.kind === 'accepted') ?? false;
  if (state.hook === 'order-sign' && state.advice && !changed) {
    return h('button', { type: 'button', id: 'finish', class: decided ? 'primary' : null, onclick: finishSigning }, t(decided ? 'order.finish' : 'order.finishUndecided'));
  }
  return h('button', { type: 'button', id: 'sign', class: 'primary', disabled: state.busy, onclick: () => void sign() }, t(changed ? 'order.signChanged' : 'order.sign'));
}

function drawOrders(): void {
  const panel = byId('orders');
  if (!state.patient) return fill(panel, h('h2', {}, t('order.title')), h('p', { class: 'hint' }, t('order.choose')));
  const signed = state.orders.some((order) => order.state === 'signed');
  const cards = (state.advice ?? []).map((advice) => renderAdvice(advice, { accept, override }));
  const none = state.advice?.length === 0 && !state.busy;
  fill(panel, h('h2', {}, t('order.title')), state.orders.length === 0 || signed ? orderForm() : null, orderList(), orderButtons(),
    state.problem && h('p', { class: 'problem', role: 'alert' }, state.problem),
    h('div', { id: 'advice', 'aria-busy': String(state.busy), 'aria-live': 'polite' }, state.advice && h('h2', {}, t(state.hook === 'order-sign' ? 'advice.sign' : 'advice.select')), none && h('p', { class: 'quiet' }, t('advice.none')), ...cards));
}

// In a new language the service is asked again: its cards are texts of the answer, not of this page.
async function redraw(): Promise<void> {
  document.title = t('demo.title');
  drawHeader();
  drawPatients();
  drawChart();
  if (state.patient && state.advice && drafts().length > 0 && !state.advice.some((one) => one.decided)) {
    await ask(state.hook, state.patient, state.hook === 'order-select' ? drafts().map((order) => referenceOf(order.resource)) : undefined);
  }
  drawOrders();
}

function drawHeader(): void {
  fill(byId('title'), h('h1', {}, t('demo.title')), h('p', {}, t('demo.notice')));
  fill(byId('skip'), t('skip'));
}

async function start(): Promise<void> {
  fill(byId('page'), h('a', { id: 'skip', class: 'skip', href: '#orders' }),
    h('header', { class: 'banner' }, h('div', { id: 'title' }), languageSwitch()),
    h('main', {}, h('nav', { id: 'patients' }), h('section', { id: 'chart' }), h('section', { id: 'orders', tabindex: '-1' })),
    h('footer', { class: 'foot' }, trafficPanel(), h('p', { id: 'version' })));
  onLanguage(() => void redraw());
  await redraw();
  const settings = await getJson<Settings>('/pages/settings');
  fill(byId('version'), `Cathgate ${settings.version}`);
  state.patients = await loadPatients();
  drawPatients();
}

start().catch((error: unknown) => fill(byId('page'), h('p', { class: 'problem', role: 'alert' }, problemText(error))));
