// The browser stage of ./test: the pages in Debian's Chromium against a real server. Exit code 1 when anything fails; the
// screenshots and prints are in build/browser.
import { rm } from 'node:fs/promises';
import { assessFlow, assessPrint, assessSignIn, pageHeaders } from './assess.mjs';
import { demoFlow, demoHostileCard, demoLanguages, demoPatients } from './demo.mjs';
import { artifacts, startBrowser, startServer } from './support.mjs';

const tests = {
  'demo by keyboard, desktop': (browser, server) => demoFlow(browser, server, 1280, 860),
  'demo by keyboard, tablet': (browser, server) => demoFlow(browser, server, 820, 1180),
  'every demonstration patient': demoPatients,
  'demo in three languages': demoLanguages,
  'a hostile card': demoHostileCard,
  'assess by keyboard, phone': (browser, server) => assessFlow(browser, server, 360, 740),
  'assess by keyboard, desktop': (browser, server) => assessFlow(browser, server, 1280, 860),
  'assess prints on one page': assessPrint,
  'assess signs in': (browser) => assessSignIn(browser),
  'headers and addresses': pageHeaders,
};

const chosen = process.argv.slice(2);
await rm(artifacts, { recursive: true, force: true });
const server = await startServer('development_mode = true\n[pages]\nassess = true');
const browser = await startBrowser();
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  if (chosen.length > 0 && !chosen.some((part) => name.includes(part))) continue;
  const started = Date.now();
  try {
    await test(browser, server);
    console.log(`passed  ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    ++failed;
    console.log(`FAILED  ${name}: ${error.message}\n        ${error.stack?.split('\n').slice(1, 4).join('\n        ')}`);
  }
}
await browser.close();
await server.stop();
process.exit(failed === 0 ? 0 : 1);
