// /assess: for a clinic whose EHR speaks no hooks. A person answers the published questionnaire, enters the tests that there
// are, and gets the card that the hook service would give an EHR. Nothing is stored in the browser.
import { callOrderHook, CallError, getJson, type Settings } from '../calls';
import { renderCard } from '../card';
import { byId, fill, h } from '../dom';
import { languageSwitch, onLanguage, t } from '../language';
import { findItem, itemText, questionnaire, type Item } from '../questionnaire';
import type { Card } from '../types';
import { empty, readAge, type Entries } from './entries';
import { answerProblem, choiceField, factField, inputField, quantityProblem, questionField } from './fields';
import { groups, type Group } from './groups';
import { fitSheet, printSheet } from './print';
import { isEnabled, prepare } from './request';
import { nextToken, refused, signInPanel, takeTokenFromAddress } from './sign_in';

let entries: Entries = empty();
let settings: Settings;
let answer: { cards: Card[]; when: Date } | undefined;
let changed = false;
let problem = '';
let busy = false;

function touched(): void {
  if (answer && !changed) {
    changed = true;
    byId('stale').textContent = t('assess.changed');
  }
}

function patientFields(): HTMLElement {
  const sexes = [{ code: 'male', label: t('male') }, { code: 'female', label: t('female') }];
  const places = (['AMB', 'EMER', 'IMP'] as const).map((code) => ({ code, label: t(`assess.${code}`) }));
  const where = h('select', { id: 'where' }, ...places.map(({ code, label }) => h('option', { value: code, selected: code === entries.where }, label)));
  where.addEventListener('change', () => {
    entries.where = where.value as Entries['where'];
    touched();
  });
  return h('section', { class: 'block', 'aria-labelledby': 'patient-title' }, h('h2', { id: 'patient-title' }, t('assess.patient')),
    inputField(t('assess.age'), 'age', 'text', entries.age, (text) => { entries.age = text; touched(); }, { inputmode: 'numeric', required: '' }, h('span', { class: 'unit' }, t('assess.years'))),
    choiceField(t('assess.sex'), 'sex', sexes, entries.sex, (code) => { entries.sex = code as Entries['sex']; touched(); }),
    h('div', { class: 'field' }, h('label', { for: 'where' }, t('assess.where')), where),
    inputField(t('assess.label'), 'label', 'text', entries.label, (text) => { entries.label = text; touched(); }, { maxlength: '80' }));
}

// The items of a group, those whose condition does not hold hidden; an answer may show or hide others.
function questionGroup(group: Item): HTMLElement {
  const rows = (group.item ?? []).map((item) => {
    const row = questionField(item, itemText(item), entries.answers.get(item.linkId) ?? '', (text) => {
      if (text === '') entries.answers.delete(item.linkId);
      else entries.answers.set(item.linkId, text);
      touched();
      update();
    });
    return { item, row };
  });
  const total = h('span', { class: 'count' });
  const update = (): void => {
    let given = 0;
    for (const { item, row } of rows) {
      row.hidden = !isEnabled(item, entries.answers);
      if (!row.hidden && entries.answers.has(item.linkId)) ++given;
    }
    total.textContent = given > 0 ? t('assess.entered', { count: given }) : '';
  };
  update();
  const open = group.linkId === 'symptoms' || group.linkId === 'risk-factors';
  return h('details', { class: 'block', open, 'data-group': group.linkId }, h('summary', {}, itemText(group), total), ...rows.map(({ row }) => row));
}

function testGroup(group: Group): HTMLElement {
  const total = h('span', { class: 'count' });
  const update = (): void => {
    const given = group.facts.filter((name) => entries.facts.has(name)).length;
    total.textContent = given > 0 ? t('assess.entered', { count: given }) : '';
  };
  const change = (): void => {
    touched();
    update();
  };
  update();
  const today = new Date();
  const local = new Date(today.getTime() - today.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  const date = group.dated ? inputField(t('assess.date'), `${group.title}-date`, 'date', entries.dates.get(group.title) ?? local, (text) => { entries.dates.set(group.title, text); touched(); }, { max: local }) : null;
  return h('details', { class: 'block', 'data-group': group.title }, h('summary', {}, t(group.title), total), date, ...group.facts.map((name) => factField(name, entries, group.limit ?? false, change)));
}

function firstProblem(): string {
  if (readAge(entries) === undefined || entries.sex === '') return t('assess.missing');
  const wrong = [...entries.facts].some(([name, entered]) => quantityProblem(name, entered) !== '') || [...entries.answers].some(([linkId, text]) => {
    const item = findItem(linkId);
    return item !== undefined && isEnabled(item, entries.answers) && answerProblem(item, text) !== '';
  });
  return wrong ? t('assess.correct') : '';
}

async function assess(focus: boolean): Promise<void> {
  problem = firstProblem();
  if (problem) return drawResult();
  busy = true;
  drawResult();
  try {
    const now = new Date();
    const call = prepare(entries, now);
    const token = await nextToken(settings);
    const cards = await callOrderHook({ hook: 'order-sign', hookInstance: call.patientId, ...call }, token);
    answer = { cards, when: now };
    changed = false;
  } catch (error) {
    if (error instanceof CallError && error.status === 401) {
      if (error.message === '' || !settings.token_url) refused();
      problem = settings.token_url ? error.message : t('assess.refused');
    } else if (error instanceof CallError) {
      problem = error.status === 0 ? t('problem.noAnswer') : t('problem.status', { status: error.status, text: error.message });
    } else throw error;
  } finally {
    busy = false;
  }
  drawSignIn();
  drawResult();
  if (!problem && focus) byId('result').focus();
}

// What a suggestion would order: on this page there is no order to change, so it is text.
function proposal(card: Card): HTMLElement | null {
  const proposed = card.suggestions?.find((one) => one.isRecommended) ?? card.suggestions?.[0];
  return proposed ? h('p', { class: 'proposal' }, h('span', { class: 'key' }, t('assess.proposes')), ' ', h('strong', {}, proposed.label)) : null;
}

function drawSignIn(): void {
  fill(byId('sign-in'), signInPanel(settings));
}

function drawResult(): void {
  const submit = byId('assess') as HTMLButtonElement;
  submit.disabled = busy;
  submit.textContent = t(answer ? 'assess.again' : 'assess.assess');
  fill(byId('problem'), problem);
  const cards = answer?.cards ?? [];
  fill(byId('result'), h('h2', {}, t('assess.result')),
    h('p', { id: 'stale', class: 'stale', role: 'status' }, changed ? t('assess.changed') : ''),
    !answer && h('p', { class: 'hint' }, t('assess.waiting')),
    answer && cards.length === 0 && h('p', { class: 'hint' }, t('assess.noCard')),
    ...cards.map((card) => renderCard(card, { clamp: false }, proposal(card))),
    answer && h('p', { class: 'buttons' }, h('button', { type: 'button', id: 'print', onclick: () => window.print() }, t('assess.print'))));
  fill(byId('sheet'), answer && cards.length > 0 ? printSheet(entries, cards, answer.when) : null);
  fitSheet(byId('sheet'));
}

function clear(): void {
  entries = empty();
  answer = undefined;
  changed = false;
  problem = '';
  draw();
  byId('form').querySelector<HTMLInputElement>('input')?.focus();
}

function draw(): void {
  document.title = t('assess.title');
  fill(byId('title'), h('h1', {}, t('assess.title')), h('p', {}, t('assess.notice')));
  const form = byId('form');
  fill(form, patientFields(), h('h2', {}, t('assess.questions')), ...questionnaire.item.map(questionGroup), h('h2', {}, t('assess.tests')), ...groups.map(testGroup),
    h('div', { class: 'actions' }, h('p', { id: 'problem', class: 'problem', role: 'alert' }), h('button', { type: 'submit', class: 'primary', id: 'assess' }), h('button', { type: 'button', onclick: clear }, t('assess.clear'))));
  drawSignIn();
  drawResult();
}

async function start(): Promise<void> {
  takeTokenFromAddress();
  const form = h('form', { id: 'form', novalidate: true });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void assess(true);
  });
  fill(byId('page'), h('header', { class: 'banner' }, h('div', { id: 'title' }), languageSwitch()),
    h('main', {}, h('div', { id: 'entry' }, h('div', { id: 'sign-in' }), form), h('section', { id: 'result', tabindex: '-1', 'aria-live': 'polite' })),
    h('footer', { class: 'foot' }, h('p', { id: 'version' })), h('div', { id: 'sheet' }));
  settings = await getJson<Settings>('/pages/settings');
  fill(byId('version'), `Cathgate ${settings.version}`);
  // A card is a text of the answer, not of this page. Where a call costs a token, the person asks again.
  onLanguage(() => {
    changed = changed || answer !== undefined;
    draw();
    if (answer && settings.development_mode) void assess(false);
  });
  draw();
}

start().catch((error: unknown) => fill(byId('page'), h('p', { class: 'problem', role: 'alert' }, error instanceof CallError ? t('problem.status', { status: error.status, text: error.message }) : String(error))));
