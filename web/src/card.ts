// One card as an EHR shows it: indicator, summary, detail, source, links. What can be done about it is the page's to add.
import { h, type Child } from './dom';
import { t } from './language';
import { renderMarkdown } from './markdown';
import type { Card } from './types';

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

function link(url: string, label: string): HTMLElement {
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);
}

function sourceLine(card: Card): HTMLElement {
  const { label, url } = card.source;
  const links = (card.links ?? []).filter((one) => one.type === 'absolute' && isWebAddress(one.url)).map((one) => h('li', {}, link(one.url, one.label)));
  return h('footer', { class: 'card-source' }, h('p', {}, h('span', { class: 'key' }, t('card.source')), ' ', url && isWebAddress(url) ? link(url, label) : label), links.length > 0 && h('ul', { class: 'card-links' }, ...links));
}

// A long detail is shown in part at first; all of it is in the page, for find and for a screen reader.
function detail(card: Card, clamp: boolean): HTMLElement {
  const body = h('div', { class: 'card-detail' }, card.detail ? renderMarkdown(card.detail) : null);
  if (!clamp || (card.detail?.length ?? 0) < 1200) return body;
  body.classList.add('clamped');
  const more = h('button', { type: 'button', class: 'more', 'aria-expanded': 'false' }, t('card.more'));
  more.addEventListener('click', () => {
    const open = !body.classList.toggle('clamped');
    more.setAttribute('aria-expanded', String(open));
    more.textContent = t(open ? 'card.less' : 'card.more');
  });
  return h('div', {}, body, more);
}

export function renderCard(card: Card, options: { clamp: boolean }, ...actions: Child[]): HTMLElement {
  const heading = `card-${card.uuid}`;
  return h('article', { class: 'card', 'data-indicator': card.indicator, 'data-card': card.uuid, 'aria-labelledby': heading },
    h('header', { class: 'card-head' }, h('span', { class: 'indicator' }, t(`indicator.${card.indicator}`)), h('h3', { id: heading, tabindex: '-1' }, card.summary)),
    ...actions,
    detail(card, options.clamp),
    sourceLine(card));
}
