// What went over the wire, for an integration engineer: each call with its time, request and answer.
import { exchanges, onExchange } from '../calls';
import { fill, h } from '../dom';
import { onLanguage, t } from '../language';

export function trafficPanel(): HTMLElement {
  const list = h('div', {});
  const summary = h('summary', {});
  const json = (value: unknown): HTMLElement => h('pre', { tabindex: '0' }, JSON.stringify(value, null, 2));
  const update = (): void => {
    fill(summary, t('traffic.title', { count: exchanges.length }));
    fill(list, ...[...exchanges].reverse().map(({ name, path, status, milliseconds, request, response }) =>
      h('details', { class: 'exchange' }, h('summary', {}, `${name}  POST ${path}  ${status || t('traffic.noAnswer')}  ${milliseconds.toFixed(1)} ms`),
        h('h4', {}, t('traffic.request')), json(request), h('h4', {}, t('traffic.response')), json(response))));
  };
  onExchange(update);
  onLanguage(update);
  update();
  return h('details', { class: 'traffic' }, summary, list);
}
