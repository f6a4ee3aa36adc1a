// The sheet that is printed: what was entered in a few lines, then the card in two columns, on one page.
import { renderCard } from '../card';
import { h } from '../dom';
import { languageTag, say, t } from '../language';
import { itemText, optionText, questionnaire, type Item } from '../questionnaire';
import type { Card } from '../types';
import { factLabel, factOf, formatNumber, formatQuantity } from '../vocabulary';
import { readNumber, type Entries } from './entries';
import { unitOf } from './fields';
import { groups } from './groups';
import { isEnabled } from './request';

function answerText(item: Item, text: string): string {
  const option = item.answerOption?.find(({ valueCoding }) => valueCoding.code === text);
  if (option) return optionText(option.valueCoding);
  return text === 'true' ? t('yes') : text === 'false' ? t('no') : text.replace('T', ' ');
}

function factText(name: string, entries: Entries): string {
  const entered = entries.facts.get(name);
  const fact = factOf(name);
  if (!entered) return '';
  if (fact.kind === 'boolean') return t(entered.text === 'true' ? 'yes' : 'no');
  if (fact.kind === 'category') return say(fact.categories?.find(({ code }) => code === entered.text)?.label ?? fact.label);
  const { code } = unitOf(fact.units ?? [], entered.unit);
  const limit = entered.limit ? readNumber(entered.limit) : undefined;
  return formatQuantity({ value: readNumber(entered.text) ?? NaN, code }) + (limit !== undefined ? ` (${t('chart.limit', { value: formatNumber(limit) })})` : '');
}

// The entries as "label value" pairs, in the order of the form.
export function summary(entries: Entries): { label: string; value: string }[] {
  const pairs = [{ label: t('assess.age'), value: `${entries.age} ${t('assess.years')}` }, { label: t('assess.sex'), value: entries.sex ? t(entries.sex) : '' }, { label: t('assess.where'), value: t(`assess.${entries.where}`) }];
  const ask = (items: Item[]): void => {
    for (const item of items) {
      const text = entries.answers.get(item.linkId) ?? '';
      if (text !== '' && isEnabled(item, entries.answers)) pairs.push({ label: itemText(item), value: answerText(item, text) });
      ask(item.item ?? []);
    }
  };
  ask(questionnaire.item);
  for (const group of groups) {
    for (const name of group.facts) if (entries.facts.has(name)) pairs.push({ label: factLabel(name), value: `${factText(name, entries)}${group.dated && entries.dates.get(group.title) ? `, ${entries.dates.get(group.title)}` : ''}` });
  }
  return pairs;
}

export function printSheet(entries: Entries, cards: Card[], when: Date): HTMLElement {
  const pairs = summary(entries);
  const shown = when.toLocaleString(languageTag(), { dateStyle: 'long', timeStyle: 'short' });
  return h('section', { class: 'sheet', 'aria-hidden': 'true' },
    h('header', {}, h('p', { class: 'sheet-title' }, t('assess.title')), h('p', {}, entries.label)),
    h('p', { class: 'sheet-entries' }, h('strong', {}, t('assess.printed', { when: shown })), ' ', ...pairs.flatMap(({ label, value }) => [h('span', {}, `${label} `, h('b', {}, value)), ' · '])),
    h('div', { class: 'sheet-cards' }, ...cards.map((card) => renderCard(card, { clamp: false }))),
    h('p', { class: 'sheet-foot' }, t('assess.notice')));
}

// The height that a page of A4 leaves within its margins (pages.css), a little less for the difference between screen and paper.
const pageMillimetres = 277 * 0.97;

// Chooses the largest type in which the sheet fits one page; the smallest is still legible, and if even that does not fit, the
// print goes on to a second page rather than leave anything out.
export function fitSheet(container: HTMLElement): void {
  const sheet = container.querySelector('.sheet');
  if (!sheet) return;
  container.classList.add('measuring');
  const limit = (container.clientWidth / 188) * pageMillimetres;
  for (let size = 0; size <= 4; ++size) {
    sheet.className = size === 0 ? 'sheet' : `sheet size-${size}`;
    if (sheet.scrollHeight <= limit) break;
  }
  container.classList.remove('measuring');
}
