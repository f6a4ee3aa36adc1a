// The language of a page and its texts. The choice lives in memory only; nothing is stored in the browser.
import en from '../texts/en.json';
import es from '../texts/es.json';
import zh from '../texts/zh.json';
import { h } from './dom';

export type Language = 'en' | 'zh' | 'es';
export type Localised = Record<Language, string>;
export type TextId = keyof typeof en;

const names: Localised = { en: 'English', zh: '中文', es: 'Español' };
const tags: Localised = { en: 'en', zh: 'zh-Hans', es: 'es' };
const texts: Record<Language, Record<TextId, string>> = { en, zh, es };

function preferred(): Language {
  for (const tag of navigator.languages) {
    const primary = tag.toLowerCase().split('-')[0];
    if (primary === 'en' || primary === 'zh' || primary === 'es') return primary;
  }
  return 'en';
}

let current: Language = preferred();
const listeners: (() => void)[] = [];

export const language = (): Language => current;
export const languageTag = (): string => tags[current];

// The text of an id with each {name} filled in.
export function t(id: TextId, slots: Record<string, string | number> = {}): string {
  return texts[current][id].replace(/\{(\w+)\}/g, (whole, name: string) => String(slots[name] ?? whole));
}

export const say = (text: Localised): string => text[current];

export function onLanguage(listener: () => void): void {
  listeners.push(listener);
}

function choose(chosen: Language): void {
  current = chosen;
  document.documentElement.lang = tags[chosen];
  for (const listener of listeners) listener();
}

// The switch itself is not drawn anew when the language changes, so that it keeps the focus.
export function languageSwitch(): HTMLElement {
  document.documentElement.lang = tags[current];
  const buttons = (Object.keys(names) as Language[]).map((code) => {
    const button = h('button', { type: 'button', lang: tags[code], 'aria-pressed': String(code === current), onclick: () => choose(code) }, names[code]);
    onLanguage(() => button.setAttribute('aria-pressed', String(code === current)));
    return button;
  });
  const group = h('div', { class: 'languages', role: 'group', 'aria-label': t('language') }, ...buttons);
  onLanguage(() => group.setAttribute('aria-label', t('language')));
  return group;
}

export const formatDate = (iso: string): string => iso.slice(0, 10);
