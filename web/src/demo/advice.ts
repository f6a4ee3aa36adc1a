// The cards of an answer with what a clinician can do about each: take a suggestion, override with a reason, or go on.
import { renderCard } from '../card';
import { h } from '../dom';
import { t } from '../language';
import type { Card, Coding, Suggestion } from '../types';

// What was decided about a card, and whether the server has it.
export interface Decided { kind: 'accepted' | 'overridden'; text: string; recorded: boolean; problem?: string }

export interface Advice { card: Card; decided?: Decided }

export interface Decisions {
  accept(card: Card, suggestion: Suggestion): void;
  override(card: Card, reason: Coding | undefined, comment: string): void;
}

function suggestionButtons(card: Card, decisions: Decisions): HTMLElement | null {
  if (!card.suggestions?.length) return null;
  return h('div', { class: 'suggestions', role: 'group', 'aria-label': t('advice.suggestions') }, ...card.suggestions.map((suggestion) =>
    h('button', { type: 'button', class: suggestion.isRecommended ? 'primary' : null, 'data-suggestion': suggestion.uuid, onclick: () => decisions.accept(card, suggestion) },
      suggestion.label, suggestion.isRecommended && h('span', { class: 'recommended' }, t('advice.recommended')))));
}

function overrideForm(card: Card, decisions: Decisions): HTMLElement | null {
  if (!card.overrideReasons?.length) return null;
  const name = `reason-${card.uuid}`;
  const comment = h('input', { type: 'text', id: `comment-${card.uuid}`, maxlength: 500, autocomplete: 'off' });
  const send = h('button', { type: 'submit' }, t('advice.override'));
  const reasons = card.overrideReasons.map((reason, index) => h('label', { class: 'choice' }, h('input', { type: 'radio', name, value: index }), ' ', reason.display ?? reason.code));
  const form = h('form', { class: 'override' }, h('fieldset', {}, h('legend', {}, t('advice.reason')), ...reasons), h('label', { for: `comment-${card.uuid}` }, t('advice.comment')), comment, send);
  const chosen = (): Coding | undefined => card.overrideReasons?.[Number(form.querySelector<HTMLInputElement>('input[type=radio]:checked')?.value ?? NaN)];
  const update = (): void => void (send.disabled = !chosen() && comment.value.trim() === '');
  form.addEventListener('input', update);
  update();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    decisions.override(card, chosen(), comment.value.trim());
  });
  return h('details', { class: 'override-box' }, h('summary', {}, t('advice.overrideTitle')), form);
}

function decidedLine({ kind, text, recorded, problem }: Decided): HTMLElement {
  const state = recorded ? t('advice.recorded') : (problem ?? t('advice.sending'));
  return h('p', { class: `decided ${kind}`, role: 'status' }, h('strong', {}, t(`advice.${kind}`)), ' ', text, ' ', h('span', { class: recorded ? 'recorded' : 'pending' }, state));
}

// A card that was decided about keeps its text and loses its buttons.
export function renderAdvice(advice: Advice, decisions: Decisions): HTMLElement {
  const { card, decided } = advice;
  if (decided) return renderCard(card, { clamp: true }, decidedLine(decided));
  return renderCard(card, { clamp: true }, suggestionButtons(card, decisions), overrideForm(card, decisions));
}
