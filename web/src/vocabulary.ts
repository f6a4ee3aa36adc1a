// Cathgate's vocabulary as web/build.mjs takes it from core/facts.json, fhir/terms.json and the message catalogues.
import data from 'cathgate:vocabulary';
import { language, say, type Localised } from './language';
import type { CodeableConcept, Coding, Quantity } from './types';

export interface Unit { code: string; factor: number }  // factor: canonical units in one of this
export interface Fact {
  kind: 'boolean' | 'quantity' | 'category';
  label: Localised;
  plausible?: [number, number];  // in the canonical unit, units[0]
  units?: Unit[];
  categories?: { code: string; label: Localised }[];
  key?: string;  // of the prefetch
}
interface Vocabulary { facts: Record<string, Fact>; codes: Record<string, string>; units: Record<string, Localised>; percent: Localised; decimal: Localised }

const vocabulary = data as Vocabulary;

export const factSystem = 'https://cathgate.org/fhir/CodeSystem/fact';
export const valueSystem = 'https://cathgate.org/fhir/CodeSystem/fact-value';

export function factOf(name: string): Fact {
  const fact = vocabulary.facts[name];
  if (!fact) throw new Error(`no fact ${name}`);
  return fact;
}

export const factLabel = (name: string): string => say(factOf(name).label);

// The fact that a public code means; "E78*" stands for every code that begins so, and a code itself goes before its families.
function factOfCode(system: string, code: string): string | undefined {
  const exact = vocabulary.codes[`${system}|${code}`];
  for (let length = code.length; !exact && length > 0; --length) {
    const family = vocabulary.codes[`${system}|${code.slice(0, length)}*`];
    if (family) return family;
  }
  return exact;
}

// The fact that one of the codings means; undefined when none does.
export function factOfConcept(concept: CodeableConcept | undefined): string | undefined {
  for (const { system, code } of concept?.coding ?? []) {
    const name = system === factSystem ? code : factOfCode(system ?? '', code ?? '');
    if (name && vocabulary.facts[name]) return name;
  }
  return undefined;
}

// In the page's language where the vocabulary knows the code, otherwise as the record says it.
export function conceptLabel(concept: CodeableConcept | undefined): string {
  const fact = factOfConcept(concept);
  const recorded = concept?.text ?? concept?.coding?.find((coding) => coding.display)?.display ?? concept?.coding?.[0]?.code ?? '';
  if (!fact) return recorded;
  return language() === 'en' && recorded && concept?.coding?.[0]?.system !== factSystem ? recorded : factLabel(fact);
}

export function valueLabel(fact: string | undefined, coding: Coding | undefined): string {
  const category = fact ? vocabulary.facts[fact]?.categories?.find(({ code }) => code === coding?.code) : undefined;
  return category ? say(category.label) : (coding?.display ?? coding?.code ?? '');
}

export const unitLabel = (code: string): string => (vocabulary.units[code] ? say(vocabulary.units[code]) : code);

export function formatNumber(value: number): string {
  const text = String(Math.round(value * 1000) / 1000);
  return text.replace('.', say(vocabulary.decimal));
}

export function formatQuantity(quantity: Quantity): string {
  const number = formatNumber(quantity.value ?? NaN);
  if (quantity.code === '%') return say(vocabulary.percent).replace('{value}', number);
  const unit = quantity.code ? unitLabel(quantity.code) : (quantity.unit ?? '');
  return unit ? `${number} ${unit}` : number;
}
