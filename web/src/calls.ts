// Calls of the pages to the server that served them, and a record of them for whoever wants to look.
import { language } from './language';
import type { Bundle, Card, Feedback, HookRequest, Prefetch, Resource } from './types';

export interface Exchange {
  name: string;
  path: string;
  request: unknown;
  status: number;  // 0: no answer
  response: unknown;
  milliseconds: number;
}

export interface Settings { version: string; development_mode: boolean; demo: boolean; assess: boolean; token_url: string }

export const exchanges: Exchange[] = [];
const watchers: (() => void)[] = [];
export const onExchange = (watcher: () => void): void => void watchers.push(watcher);

// What went wrong with a call: its status, and what the server said.
export class CallError extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

function outcomeText(body: unknown): string {
  const issue = (body as { issue?: { details?: { text?: string }; expression?: string[] }[] } | null)?.issue?.[0];
  return [issue?.details?.text, issue?.expression?.[0]].filter(Boolean).join(' ');
}

async function post(name: string, path: string, request: unknown, token?: string): Promise<unknown> {
  const started = performance.now();
  const exchange: Exchange = { name, path, request, status: 0, response: null, milliseconds: 0 };
  try {
    const headers: Record<string, string> = { 'Content-Type': 'application/json' };
    if (token) headers['Authorization'] = `Bearer ${token}`;
    const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(request), credentials: 'omit', cache: 'no-store' });
    exchange.status = answer.status;
    exchange.response = await answer.json().catch(() => null);
  } catch {
    exchange.status = 0;
  }
  exchange.milliseconds = performance.now() - started;
  exchanges.push(exchange);
  for (const watcher of watchers) watcher();
  if (exchange.status !== 200) throw new CallError(exchange.status, outcomeText(exchange.response));
  return exchange.response;
}

const service = '/cds-services/cathgate-angiography';

export interface OrderCall { hook: 'order-select' | 'order-sign'; hookInstance: string; patientId: string; encounterId?: string | undefined; orders: Resource[]; selections?: string[]; prefetch: Prefetch }

export async function callOrderHook(call: OrderCall, token?: string): Promise<Card[]> {
  const draftOrders: Bundle = { resourceType: 'Bundle', type: 'collection', entry: call.orders.map((resource) => ({ resource })) };
  const context: Record<string, unknown> = { userId: 'Practitioner/cathgate-page', patientId: call.patientId, draftOrders };
  if (call.encounterId) context['encounterId'] = call.encounterId;
  if (call.selections) context['selections'] = call.selections;
  const request: HookRequest = { hook: call.hook, hookInstance: call.hookInstance, context, prefetch: call.prefetch, extension: { 'org.cathgate.language': language() } };
  const answer = (await post(call.hook, service, request, token)) as { cards: Card[] };
  return answer.cards;
}

// How many outcomes the server has made durable.
export async function sendFeedback(feedback: Feedback): Promise<number> {
  const answer = (await post('feedback', `${service}/feedback`, { feedback: [feedback] })) as { accepted: number };
  return answer.accepted;
}

export async function getJson<T>(path: string): Promise<T> {
  const answer = await fetch(path, { credentials: 'omit' });
  if (!answer.ok) throw new CallError(answer.status, outcomeText(await answer.json().catch(() => null)));
  return (await answer.json()) as T;
}
