// How a call of /assess shows who makes it: by the same tokens as every CDS client (docs/decisions/0011-pages.md). A token
// comes in the fragment of the link, from the clinic's sign-in system for each call, or by hand. It is used once and forgotten.
import { CallError, type Settings } from '../calls';
import { h } from '../dom';
import { t, type TextId } from '../language';

let token = '';
let state: TextId | '' = '';

// Takes the token out of the address, so that it stays in no history and no screenshot.
export function takeTokenFromAddress(): void {
  const found = /^#token=([A-Za-z0-9_.-]+)$/.exec(location.hash)?.[1];
  if (location.hash) history.replaceState(null, '', location.pathname);
  if (!found) return;
  token = found;
  state = 'assess.tokenReady';
}

// The token of the next call; undefined: the server needs none.
export async function nextToken(settings: Settings): Promise<string | undefined> {
  if (token) {
    const once = token;
    token = '';
    state = 'assess.tokenGone';
    return once;
  }
  if (settings.development_mode) return undefined;
  if (!settings.token_url) throw new CallError(401, t('assess.tokenGone'));
  try {
    const answer = await fetch(settings.token_url, { credentials: 'include', cache: 'no-store', headers: { Accept: 'application/json' } });
    const given = (await answer.json()) as { token?: string };
    if (answer.ok && given.token) return given.token;
  } catch {
    // The sign-in system is not reachable, or asks for a sign-in first: said below.
  }
  throw new CallError(401, t('assess.tokenFetch'));
}

export function refused(): void {
  state = 'assess.refused';
}

// Null where nobody has to hand over a token by hand.
export function signInPanel(settings: Settings): HTMLElement | null {
  if (settings.development_mode || settings.token_url) return null;
  const input = h('input', { id: 'token', type: 'password', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'token-help' });
  input.addEventListener('input', () => void (token = input.value.trim()));
  return h('section', { class: 'sign-in', 'aria-label': t('assess.links') },
    h('label', { for: 'token' }, t('assess.token')), input,
    h('p', { id: 'token-help', class: 'quiet' }, state ? t(state) : t('assess.tokenHelp')));
}
