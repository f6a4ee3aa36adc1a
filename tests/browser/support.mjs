// What the browser tests share: a server with a ledger of its own, a browser that notices every complaint and every request
// that leaves the origin, a keyboard, and axe.
import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const artifacts = path.join(root, 'build/browser');
const program = process.env.CATHGATE_PROGRAM ?? path.join(root, 'build/release/cathgate');
const requireFromWeb = createRequire(path.join(root, 'web/package.json'));
const { chromium } = requireFromWeb('playwright-core');

export function check(holds, what) {
  if (!holds) throw new Error(what);
}
export function equal(found, wanted, what) {
  check(found === wanted, `${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
}

// A server on a free port; `settings` is TOML beside the ledger's.
export async function startServer(settings, files = {}) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cathgate-browser-'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const config = path.join(folder, 'site.toml');
  const toml = settings.replaceAll('FOLDER', folder);
  await writeFile(config, `${toml}\n[server]\nport = 0\ndeadline_ms = 10000\n[ledger]\ndatabase = "${folder}/ledger.db"\nwait_ms = 5000\n`);
  const child = spawn(program, ['serve', '--config', config, '--knowledge', root], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const origin = await new Promise((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      log += chunk;
      const found = /listening (http:\/\/127\.0\.0\.1:\d+)/.exec(log);
      if (found) resolve(found[1]);
    });
    child.on('exit', () => reject(new Error(`the server ended: ${log}`)));
  });
  const ledger = async () => {
    const { stdout } = await promisify(execFile)(program, ['ledger', 'export', '--payloads', '--config', config], { maxBuffer: 1 << 26 });
    return stdout.trim().split('\n').filter(Boolean).map((line) => JSON.parse(line));
  };
  const stop = async () => {
    child.removeAllListeners('exit');
    const ended = new Promise((resolve) => child.on('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  return { origin, ledger, stop };
}

export async function startBrowser() {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args });
}

// A page whose complaints are collected: an error on the console, an exception, a request to anywhere but `origin`.
export async function openPage(browser, origin, width, height, address) {
  const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB' });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => request.url().startsWith(`${origin}/`) || request.url().startsWith('data:') || complaints.push(`request: ${request.url()}`));
  await page.goto(origin + address);
  return { page, complaints, close: () => context.close() };
}

// Walks with the Tab key to the element; the way there is part of what is tested.
export async function tabTo(page, selector) {
  for (let steps = 0; steps < 150; ++steps) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the Tab key does not reach ${selector}`);
}
export async function press(page, selector, key = 'Enter') {
  await tabTo(page, selector);
  const outline = await page.evaluate(() => {
    const at = document.activeElement;
    const shown = at.matches('.segment input') ? at.nextElementSibling : at;
    return getComputedStyle(shown).outlineStyle;
  });
  check(outline !== 'none', `the focus cannot be seen on ${selector}`);
  await page.keyboard.press(key);
}

// The next answer of the hook service, as the page receives it.
export function nextAnswer(page, suffix = '/cds-services/cathgate-angiography') {
  return page.waitForResponse((response) => response.url().endsWith(suffix) && response.request().method() === 'POST').then((response) => response.json());
}

const axe = await readFile(requireFromWeb.resolve('axe-core/axe.min.js'), 'utf8');

// No violation that axe calls serious or critical.
export async function accessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  check(grave.length === 0, `${where}: ${grave.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(' ')).slice(0, 4).join(', ')}`).join('; ')}`);
}

// Nothing is wider than the window.
export async function fits(page, where) {
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(excess <= 0, `${where}: the page is ${excess} px wider than the window`);
}

export async function shot(page, name) {
  await mkdir(artifacts, { recursive: true });
  await page.screenshot({ path: path.join(artifacts, `${name}.png`), fullPage: true });
}
