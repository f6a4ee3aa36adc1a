// /demo by keyboard alone: from the patient to the signed order, with the suggestion taken and with the order kept.
import { accessible, check, equal, fits, nextAnswer, openPage, press, shot, tabTo } from './support.mjs';

const cardTexts = (page) => page.$$eval('.card-head h3', (headings) => headings.map((one) => one.textContent));
const orders = (page) => page.$$eval('[data-order]', (lines) => lines.map((line) => `${line.dataset.state}: ${line.querySelector('.order-label').textContent}`));

// Drafts and signs an angiogram; gives the answer of the signing.
async function draftAndSign(page, patient) {
  await press(page, `[data-patient="${patient}"]`);
  const drafted = nextAnswer(page);
  await press(page, '#draft');
  const select = await drafted;
  await page.waitForSelector('#sign:not([disabled])');
  equal(JSON.stringify(await cardTexts(page)), JSON.stringify(select.cards.map((card) => card.summary)), 'cards while drafting');
  const signing = nextAnswer(page);
  await press(page, '#sign');
  const sign = await signing;
  await page.waitForSelector('[aria-busy="false"]');
  equal(JSON.stringify(await cardTexts(page)), JSON.stringify(sign.cards.map((card) => card.summary)), 'cards at signing');
  return sign.cards;
}

async function takeSuggestion(page, size) {
  const [card] = await draftAndSign(page, 'demo-1');
  const suggestion = card.suggestions.find((one) => one.isRecommended);
  const created = suggestion.actions.find((action) => action.type === 'create').resource;
  equal(await page.getAttribute('.card', 'data-indicator'), card.indicator, 'indicator');
  for (const row of card.detail.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('|---'))) {
    const cell = row.split('|')[1].trim();
    check(await page.locator('.card-detail').getByText(cell, { exact: true }).count(), `the table of the detail shows "${cell}"`);
  }
  await accessible(page, 'card');
  await shot(page, `demo-${size}-card`);
  const receipt = nextAnswer(page, '/feedback');
  await press(page, `[data-suggestion="${suggestion.uuid}"]`);
  equal((await receipt).accepted, 1, 'accepted feedback');
  await page.waitForSelector('.decided.accepted .recorded');
  equal(JSON.stringify(await orders(page)), JSON.stringify(['removed: Invasive coronary angiography', `draft: ${created.code.coding[0].display}`]), 'orders after the suggestion');
  await accessible(page, 'suggestion taken');
  await shot(page, `demo-${size}-taken`);
  const second = nextAnswer(page);
  await press(page, '#sign');
  equal((await second).cards.length, 0, 'cards about the changed orders');
  await page.waitForSelector('#signed');
  equal((await orders(page)).at(-1), `signed: ${created.code.coding[0].display}`, 'the new order');
  return { card: card.uuid, suggestion: suggestion.uuid };
}

async function keepOrder(page, size) {
  const [card] = await draftAndSign(page, 'demo-2');
  await press(page, '.override-box summary');
  check(await page.isDisabled('.override button'), 'an override needs a reason or a comment');
  await press(page, '.override input[type="radio"]', 'Space');
  await tabTo(page, '.override input[type="text"]');
  await page.keyboard.type('seen by two colleagues');
  await accessible(page, 'override');
  await shot(page, `demo-${size}-override`);
  const receipt = nextAnswer(page, '/feedback');
  await press(page, '.override button');
  equal((await receipt).accepted, 1, 'accepted feedback');
  await page.waitForSelector('.decided.overridden .recorded');
  await press(page, '#finish');
  await page.waitForSelector('#signed');
  equal(JSON.stringify(await orders(page)), JSON.stringify(['signed: Invasive coronary angiography']), 'orders after the override');
  return { card: card.uuid, reason: card.overrideReasons[0].code };
}

// What the pages said is what the ledger holds.
async function inLedger(server, accepted, overridden) {
  const text = (await server.ledger()).map((row) => JSON.stringify(row));
  const about = (card, outcome) => text.some((row) => row.includes(card) && row.includes(`"${outcome}"`));
  check(about(accepted.card, 'accepted') && text.some((row) => row.includes(accepted.suggestion)), 'the accepted suggestion is in the ledger');
  check(about(overridden.card, 'overridden') && text.some((row) => row.includes(overridden.reason) && row.includes('seen by two colleagues')), 'the override is in the ledger');
}

export async function demoFlow(browser, server, width, height) {
  const size = `${width}`;
  const { page, complaints, close } = await openPage(browser, server.origin, width, height, '/demo');
  await page.waitForSelector('[data-patient]');
  await accessible(page, 'start');
  await press(page, '[data-patient="demo-3"]');
  equal(await page.evaluate(() => document.activeElement.id), 'chart-title', 'the focus goes to the chart');
  await accessible(page, 'chart');
  await shot(page, `demo-${size}-chart`);
  const accepted = await takeSuggestion(page, size);
  const overridden = await keepOrder(page, size);
  await fits(page, `/demo at ${width}`);
  await inLedger(server, accepted, overridden);
  equal(complaints.join('\n'), '', 'complaints');
  await close();
}

// Every patient of the set is answered as its story says.
export async function demoPatients(browser, server) {
  const { page, complaints, close } = await openPage(browser, server.origin, 1280, 900, '/demo');
  const wanted = { 'demo-3': ['warning'], 'demo-4': ['critical'], 'demo-5': ['info', 'info'], 'demo-6': ['warning'], 'demo-7': ['info'], 'demo-8': [] };
  for (const [patient, indicators] of Object.entries(wanted)) {
    await page.click(`[data-patient="${patient}"]`);
    const drafted = nextAnswer(page);
    await page.click('#draft');
    await drafted;
    await page.waitForSelector('#sign:not([disabled])');
    const found = await page.$$eval('.card', (cards) => cards.map((card) => card.dataset.indicator));
    equal(found.join(), indicators.join(), `cards of ${patient}`);
    await shot(page, `demo-patient-${patient}`);
  }
  equal(complaints.join('\n'), '', 'complaints');
  await close();
}

export async function demoLanguages(browser, server) {
  const { page, complaints, close } = await openPage(browser, server.origin, 1280, 900, '/demo');
  await page.click('[data-patient="demo-1"]');
  const drafted = nextAnswer(page);
  await page.click('#draft');
  const english = (await drafted).cards[0];
  for (const [tag, name] of [['zh-Hans', '中文'], ['es', 'Español'], ['en', 'English']]) {
    const asked = nextAnswer(page);
    await page.click(`.languages button:has-text("${name}")`);
    const card = (await asked).cards[0];
    equal(card.uuid, english.uuid, 'the card is the same in every language');
    await page.waitForFunction((summary) => document.querySelector('.card-head h3')?.textContent === summary, card.summary);
    equal(await page.getAttribute('html', 'lang'), tag, 'language of the page');
    check((card.summary === english.summary) === (tag === 'en'), `the summary is in ${tag}`);
    await accessible(page, tag);
    await shot(page, `demo-language-${tag}`);
  }
  equal(complaints.join('\n'), '', 'complaints');
  await close();
}

// A service that went bad: its Markdown must not become markup, script or a picture, and its links must be web addresses.
export async function demoHostileCard(browser, server) {
  const { page, complaints, close } = await openPage(browser, server.origin, 1280, 900, '/demo');
  const detail = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>\n\n[a](javascript:window.hit=1) ![b](https://elsewhere.example/b.png)\n\n<a href="https://elsewhere.example">c</a>\n\n**bold**';
  const card = { uuid: '8f1b6c5e-6f0a-4d1c-9a54-3d2b1c0a9e77', summary: '<b>x</b>', indicator: 'warning', detail, source: { label: 'Bad', url: 'javascript:window.hit=1' }, links: [{ label: 'L', url: 'data:text/html,x', type: 'absolute' }], overrideReasons: [] };
  await page.route('**/cds-services/cathgate-angiography', (route) => route.fulfill({ json: { cards: [card] } }));
  await page.click('[data-patient="demo-1"]');
  await page.click('#draft');
  await page.waitForSelector('.card strong');
  equal(await page.locator('.card img, .card script, .card a').count(), 0, 'pictures, scripts and links in a hostile card');
  equal(await page.textContent('.card-head h3'), '<b>x</b>', 'the summary is text');
  equal(await page.evaluate(() => window.hit), undefined, 'script of a hostile card');
  equal(complaints.join('\n'), '', 'complaints');
  await close();
}
