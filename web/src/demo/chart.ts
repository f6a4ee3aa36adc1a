// The chart of a patient: what the record holds, in the words of a clinician, newest first.
import { h } from '../dom';
import { formatDate, t, type TextId } from '../language';
import { findItem, itemText, optionText } from '../questionnaire';
import type { CodeableConcept, Coding, Quantity, Resource } from '../types';
import { conceptLabel, factOfConcept, formatQuantity, valueLabel } from '../vocabulary';
import { person, resources, type Patient } from './record';

interface Row { label: string; value: string; date: string; flagged: boolean }

const sections: { title: TextId; keys: string[] }[] = [
  { title: 'chart.ecg', keys: ['ecg', 'ecg-measurements'] },
  { title: 'chart.imaging', keys: ['calcium', 'ccta', 'exercise-ecg', 'stress-imaging', 'lvef', 'echo', 'invasive', 'coronary-function', 'flow-reserve'] },
  { title: 'chart.laboratory', keys: ['troponin', 'renal', 'lipids', 'hba1c', 'blood', 'blood-pressure', 'vitals'] },
];

function valueOf(resource: Resource): string {
  const quantity = resource['valueQuantity'] as Quantity | undefined;
  if (quantity) return formatQuantity(quantity);
  const truth = resource['valueBoolean'];
  if (typeof truth === 'boolean') return t(truth ? 'yes' : 'no');
  if (typeof resource['valueInteger'] === 'number') return String(resource['valueInteger']);
  const concept = resource['valueCodeableConcept'] as CodeableConcept | undefined;
  return concept ? valueLabel(factOfConcept(resource.code), concept.coding?.[0]) : '';
}

function isHigh(resource: Resource): boolean {
  const interpretation = resource['interpretation'] as CodeableConcept[] | undefined;
  return interpretation?.some((one) => one.coding?.some(({ code }) => code === 'H' || code === 'HH')) ?? false;
}

function limitOf(resource: Resource): string {
  const high = (resource['referenceRange'] as { high?: Quantity }[] | undefined)?.[0]?.high;
  return high ? ` (${t('chart.limit', { value: formatQuantity(high) })})` : '';
}

const dateOf = (resource: Resource): string => {
  for (const name of ['effectiveDateTime', 'recordedDate', 'authoredOn', 'performedDateTime', 'authored', 'date']) if (typeof resource[name] === 'string') return formatDate(resource[name] as string);
  return '';
};

function observations(patient: Patient, keys: string[]): Row[] {
  const rows = resources(patient, ...keys).map((resource) => ({ label: conceptLabel(resource.code), value: valueOf(resource) + limitOf(resource), date: dateOf(resource), flagged: isHigh(resource) }));
  return rows.sort((a, b) => b.date.localeCompare(a.date));
}

interface Answered { linkId: string; answer?: { valueBoolean?: boolean; valueCoding?: Coding; valueInteger?: number; valueDecimal?: number; valueDate?: string; valueDateTime?: string }[]; item?: Answered[] }

function answers(patient: Patient): Row[] {
  const rows: Row[] = [];
  const read = (items: Answered[], date: string): void => {
    for (const { linkId, answer, item } of items) {
      const asked = findItem(linkId);
      const given = answer?.[0];
      if (asked && given) {
        const option = asked.answerOption?.find(({ valueCoding }) => valueCoding.code === given.valueCoding?.code);
        const value = given.valueBoolean !== undefined ? t(given.valueBoolean ? 'yes' : 'no') : option ? optionText(option.valueCoding) : String(given.valueInteger ?? given.valueDecimal ?? given.valueDate ?? given.valueDateTime ?? '');
        rows.push({ label: itemText(asked), value, date, flagged: false });
      }
      read(item ?? [], date);
    }
  };
  for (const response of resources(patient, 'questionnaire')) read((response['item'] as Answered[]) ?? [], dateOf(response));
  return rows;
}

function table(rows: Row[], caption: string): HTMLElement {
  const lines = rows.map(({ label, value, date, flagged }) => h('tr', { class: flagged ? 'flagged' : null }, h('th', { scope: 'row' }, label), h('td', { class: 'value' }, value, flagged && h('span', { class: 'flag' }, ` ${t('chart.high')}`)), h('td', { class: 'date' }, date)));
  return h('table', { class: 'chart-table' }, h('caption', { class: 'hidden' }, caption), h('thead', { class: 'columns' }, h('tr', {}, h('th', {}, t('chart.finding')), h('th', {}, t('chart.value')), h('th', {}, t('chart.date')))), h('tbody', {}, ...lines));
}

function section(title: TextId, content: HTMLElement | null): HTMLElement {
  return h('section', { class: 'chart-section' }, h('h3', {}, t(title)), content ?? h('p', { class: 'quiet' }, t('chart.none')));
}

function list(patient: Patient, key: string, text: (resource: Resource) => string): HTMLElement {
  if (!patient.prefetch[key]) return h('p', { class: 'quiet' }, t('chart.notSent'));
  const found = resources(patient, key);
  if (found.length === 0) return h('p', { class: 'quiet' }, t('chart.complete'));
  return h('ul', { class: 'plain' }, ...found.map((resource) => h('li', {}, text(resource), dateOf(resource) && h('span', { class: 'date' }, ` ${dateOf(resource)}`))));
}

export function renderChart(patient: Patient): HTMLElement {
  const { name, gender, birthDate, age } = person(patient);
  const told = answers(patient);
  const heading = h('header', { class: 'patient-head' },
    h('h2', { id: 'chart-title', tabindex: '-1' }, name),
    h('p', {}, t('chart.person', { age, gender: t(gender === 'female' ? 'female' : 'male'), birthDate }), ' ', h('span', { class: 'tag' }, t('synthetic'))));
  const coded = (resource: Resource): string => conceptLabel(resource.code);
  const columns = [
    section('chart.problems', list(patient, 'conditions', coded)),
    section('chart.medications', list(patient, 'medications', (resource) => conceptLabel(resource['medicationCodeableConcept'] as CodeableConcept))),
    section('chart.procedures', list(patient, 'procedures', coded)),
    section('chart.allergies', list(patient, 'allergies', coded)),
  ];
  const findings = sections.map(({ title, keys }) => {
    const rows = observations(patient, keys);
    return section(title, rows.length > 0 ? table(rows, t(title)) : null);
  });
  return h('div', {}, heading, h('div', { class: 'chart-lists' }, ...columns), ...findings, section('chart.history', told.length > 0 ? table(told, t('chart.history')) : null));
}
