// The controls of the form. Each writes into the entries as it changes; an unanswered one is unknown.
import { h, type Child } from '../dom';
import { say, t } from '../language';
import { optionText, type Item } from '../questionnaire';
import { factLabel, factOf, formatNumber, unitLabel, type Unit } from '../vocabulary';
import { readNumber, type Entered, type Entries } from './entries';

let count = 0;
const nextId = (): string => `field-${++count}`;

export interface Choice { code: string; label: string }

// A row of alternatives with "not known" at the end, which is what it starts with.
export function choiceField(label: string, name: string, choices: Choice[], value: string, change: (code: string) => void): HTMLElement {
  const all = [...choices, { code: '', label: t('assess.unknown') }];
  const options = all.map(({ code, label: text }) => {
    const id = nextId();
    return h('span', { class: 'segment' }, h('input', { type: 'radio', id, name, value: code, checked: code === value, onchange: () => change(code) }), h('label', { for: id }, text));
  });
  return h('fieldset', { class: 'field choices', 'data-field': name }, h('legend', {}, label), h('div', { class: 'segments' }, ...options));
}

export const yesNo = (): Choice[] => [{ code: 'true', label: t('yes') }, { code: 'false', label: t('no') }];

export function selectField(label: string, name: string, choices: Choice[], value: string, change: (code: string) => void): HTMLElement {
  const id = nextId();
  const select = h('select', { id }, h('option', { value: '' }, t('assess.notChosen')), ...choices.map(({ code, label: text }) => h('option', { value: code, selected: code === value }, text)));
  select.addEventListener('change', () => change(select.value));
  return h('div', { class: 'field', 'data-field': name }, h('label', { for: id }, label), select);
}

export function inputField(label: string, name: string, type: string, value: string, change: (text: string) => void, more: Record<string, string> = {}, ...after: Child[]): HTMLElement {
  const id = nextId();
  const input = h('input', { id, type, value, autocomplete: 'off', ...more });
  input.addEventListener('input', () => change(input.value));
  return h('div', { class: 'field', 'data-field': name }, h('label', { for: id }, label), h('span', { class: 'with-unit' }, input, ...after));
}

// What is wrong with a typed quantity: not a number, or outside the plausible range in the unit that was chosen. Empty: nothing.
export function quantityProblem(name: string, entered: Entered | undefined): string {
  const fact = factOf(name);
  if (fact.kind !== 'quantity' || !entered || entered.text.trim() === '') return '';
  const value = readNumber(entered.text);
  if (value === undefined) return t('assess.notNumber');
  const unit = unitOf(fact.units ?? [], entered.unit);
  const [low, high] = fact.plausible ?? [-Infinity, Infinity];
  return value * unit.factor < low || value * unit.factor > high ? t('assess.outOfRange', range(name, unit)) : '';
}

export function unitOf(units: Unit[], code: string | undefined): Unit {
  return units.find((unit) => unit.code === code) ?? units[0] ?? { code: '1', factor: 1 };
}

function range(name: string, unit: Unit): { low: string; high: string; unit: string } {
  const [low, high] = factOf(name).plausible ?? [0, 0];
  const shown = (value: number): string => formatNumber(Number((value / unit.factor).toPrecision(3)));
  return { low: shown(low), high: shown(high), unit: unitLabel(unit.code) };
}

// A quantity with its unit and its plausible range; one that is not plausible is marked when the field is left.
function quantityField(name: string, entries: Entries, withLimit: boolean, change: () => void): HTMLElement {
  const units = factOf(name).units ?? [];
  const id = nextId();
  const entered = (): Entered => entries.facts.get(name) ?? { text: '' };
  const unit = (): Unit => unitOf(units, entered().unit);
  const hint = h('span', { class: 'range', id: `${id}-range` });
  const problem = h('span', { class: 'field-problem', id: `${id}-problem` });
  const input = h('input', { id, type: 'text', inputmode: 'decimal', value: entered().text, autocomplete: 'off', 'aria-describedby': `${id}-range ${id}-problem` });
  const check = (): void => {
    problem.textContent = quantityProblem(name, entered());
    input.setAttribute('aria-invalid', String(problem.textContent !== ''));
    hint.textContent = t('assess.range', range(name, unit()));
  };
  const write = (part: Partial<Entered>): void => {
    const next = { ...entered(), ...part };
    if (next.text.trim() === '') entries.facts.delete(name);
    else entries.facts.set(name, next);
    change();
  };
  input.addEventListener('input', () => write({ text: input.value }));
  input.addEventListener('change', check);
  let unitControl: HTMLElement = h('span', { class: 'unit' }, unitLabel(unit().code));
  if (units.length > 1) {
    const select = h('select', { 'aria-label': `${factLabel(name)}: ${t('assess.unit')}`, class: 'unit' }, ...units.map(({ code }) => h('option', { value: code, selected: code === unit().code }, unitLabel(code))));
    select.addEventListener('change', () => {
      write({ text: input.value, unit: select.value });
      check();
    });
    unitControl = select;
  }
  check();
  const limitId = nextId();
  const limit = h('input', { id: limitId, type: 'text', inputmode: 'decimal', value: entered().limit ?? '', autocomplete: 'off' });
  limit.addEventListener('input', () => write({ limit: limit.value }));
  return h('div', { class: 'field', 'data-field': name }, h('label', { for: id }, factLabel(name)), h('span', { class: 'with-unit' }, input, unitControl, hint), problem,
    withLimit && h('span', { class: 'with-unit limit' }, h('label', { for: limitId }, t('assess.limit')), limit));
}

export function factField(name: string, entries: Entries, withLimit: boolean, change: () => void): HTMLElement {
  const fact = factOf(name);
  const value = entries.facts.get(name)?.text ?? '';
  const write = (text: string): void => {
    if (text === '') entries.facts.delete(name);
    else entries.facts.set(name, { text });
    change();
  };
  if (fact.kind === 'boolean') return choiceField(factLabel(name), name, yesNo(), value, write);
  if (fact.kind === 'quantity') return quantityField(name, entries, withLimit, change);
  const categories = (fact.categories ?? []).map(({ code, label }) => ({ code, label: say(label) }));
  return categories.length > 3 ? selectField(factLabel(name), name, categories, value, write) : choiceField(factLabel(name), name, categories, value, write);
}

export function questionField(item: Item, label: string, value: string, write: (text: string) => void): HTMLElement {
  if (item.type === 'boolean') return choiceField(label, item.linkId, yesNo(), value, write);
  if (item.type === 'choice') {
    const choices = (item.answerOption ?? []).map(({ valueCoding }) => ({ code: valueCoding.code ?? '', label: optionText(valueCoding) }));
    return choices.length > 3 ? selectField(label, item.linkId, choices, value, write) : choiceField(label, item.linkId, choices, value, write);
  }
  if (item.type === 'date') return inputField(label, item.linkId, 'date', value, write, { max: new Date().toISOString().slice(0, 10) });
  if (item.type === 'dateTime') return inputField(label, item.linkId, 'datetime-local', value, write);
  return numberField(item, label, value, write);
}

// What is wrong with a number given as an answer: by the range of the fact that the item asks for. Empty: nothing.
export function answerProblem(item: Item, text: string | undefined): string {
  const name = item.code?.[0]?.code;
  return (item.type === 'integer' || item.type === 'decimal') && name && text ? quantityProblem(name, { text }) : '';
}

function numberField(item: Item, label: string, value: string, write: (text: string) => void): HTMLElement {
  const problem = h('span', { class: 'field-problem', id: nextId() });
  const field = inputField(label, item.linkId, 'text', value, write, { inputmode: 'decimal', 'aria-describedby': problem.id });
  const input = field.querySelector('input')!;
  const check = (): void => {
    problem.textContent = answerProblem(item, input.value);
    input.setAttribute('aria-invalid', String(problem.textContent !== ''));
  };
  input.addEventListener('change', check);
  check();
  field.append(problem);
  return field;
}
