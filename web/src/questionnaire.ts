// The published chest-pain Questionnaire, read from the resource itself with its translations.
import data from 'cathgate:questionnaire';
import { language } from './language';
import type { Coding } from './types';

interface Extension { url: string; valueCode?: string; valueString?: string; extension?: Extension[] }
interface Translated { extension?: Extension[] }
export interface Item {
  linkId: string;
  text: string;
  _text?: Translated;
  type: 'group' | 'boolean' | 'choice' | 'integer' | 'decimal' | 'date' | 'dateTime';
  code?: Coding[];
  answerOption?: { valueCoding: Coding & { _display?: Translated } }[];
  enableWhen?: { question: string; operator: string; answerBoolean?: boolean; answerCoding?: Coding }[];
  item?: Item[];
}
interface Questionnaire { url: string; version: string; title: string; _title?: Translated; item: Item[] }

export const questionnaire = data as Questionnaire;

// A text of the resource in the page's language, in English where it has no translation.
export function translated(text: string, translations: Translated | undefined): string {
  for (const { extension } of translations?.extension ?? []) {
    const part = (url: string) => extension?.find((inner) => inner.url === url);
    if (part('lang')?.valueCode === language()) return part('content')?.valueString ?? text;
  }
  return text;
}

export const itemText = (item: Item): string => translated(item.text, item._text);
export const optionText = (coding: Coding & { _display?: Translated }): string => translated(coding.display ?? coding.code ?? '', coding._display);

export function findItem(linkId: string, items: Item[] = questionnaire.item): Item | undefined {
  for (const item of items) {
    const found = item.linkId === linkId ? item : findItem(linkId, item.item ?? []);
    if (found) return found;
  }
  return undefined;
}
