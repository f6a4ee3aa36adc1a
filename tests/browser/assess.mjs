// /assess by keyboard at phone width, in print, offline, and with the sign-in of a production server.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { accessible, artifacts, check, equal, fits, nextAnswer, openPage, press, shot, startServer, tabTo } from './support.mjs';

const publicUrl = 'https://cathgate.example';

async function answer(page, field, code) {
  await tabTo(page, `[data-field="${field}"] input`);
  // Radio buttons are one stop of the Tab key; the arrows choose.
  for (let steps = 0; steps < 6; ++steps) {
    if (await page.evaluate(([name, value]) => document.querySelector(`[data-field="${name}"] input:checked`)?.value === value && document.activeElement.value === value, [field, code])) return;
    await page.keyboard.press('ArrowRight');
  }
  throw new Error(`the arrows do not reach ${code} of ${field}`);
}

async function type(page, field, text) {
  await tabTo(page, `[data-field="${field}"] input`);
  await page.keyboard.type(text);
}

// A man of 55 with typical angina: what an EHR would have sent for the case of ESC 2024, Figure 8.
async function fillIn(page) {
  await type(page, 'age', '55');
  await answer(page, 'sex', 'male');
  await tabTo(page, '[data-field="main-symptom"] select');
  await page.selectOption('[data-field="main-symptom"] select', 'chest_pain');
  equal(await page.isVisible('[data-field="pain-location"]'), false, 'a question whose condition does not hold');
  await answer(page, 'chest-pain', 'true');
  equal(await page.isVisible('[data-field="pain-location"]'), true, 'a question whose condition holds');
  for (const item of ['pain-location', 'pain-exertional', 'pain-relieved']) await answer(page, item, 'true');
  await answer(page, 'rest-pain', 'false');
  await answer(page, 'change', 'stable');
  await answer(page, 'family-history', 'false');
  await answer(page, 'smoking', 'never');
  await answer(page, 'dyslipidaemia', 'true');
  await answer(page, 'hypertension', 'true');
  await answer(page, 'diabetes', 'false');
}

async function pagesOf(page, name) {
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  await writeFile(path.join(artifacts, `${name}.pdf`), pdf);
  return (pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
}

async function assessBy(page) {
  const asked = nextAnswer(page);
  await press(page, '#assess');
  const given = await asked;
  await page.waitForSelector('#result .card');
  return given.cards;
}

export async function assessFlow(browser, server, width, height) {
  const { page, complaints, close } = await openPage(browser, server.origin, width, height, '/assess');
  await page.waitForSelector('#assess');
  await accessible(page, 'form');
  await press(page, '#assess');
  check((await page.textContent('#problem')).includes('age'), 'age and sex are asked for');
  await page.reload();
  await fillIn(page);
  const [first] = await assessBy(page);
  equal(await page.textContent('#result .card h3'), first.summary, 'summary');
  check(first.summary.includes('26.5'), `the likelihood of the published case: ${first.summary}`);
  equal(await page.evaluate(() => document.activeElement.id), 'result', 'the focus goes to the result');
  await accessible(page, 'result');
  await shot(page, `assess-${width}-first`);
  equal(await pagesOf(page, `assess-${width}-first`), 1, 'printed pages');
  // A yes-or-no finding is no number, and a number out of its range is marked.
  await type(page, 'ccs-class', '7');
  await press(page, '#assess');
  check(await page.isVisible('[data-field="ccs-class"] .field-problem'), 'an implausible answer is marked');
  await page.fill('[data-field="ccs-class"] input', '2');
  await press(page, '[data-group="group.ecg"] summary');
  await answer(page, 'ecg.normal', 'true');
  // A test is added, implausible at first.
  await press(page, '[data-group="group.calcium"] summary');
  await type(page, 'ct.calcium_score', '99999');
  await press(page, '#assess');
  check(await page.isVisible('[data-field="ct.calcium_score"] .field-problem'), 'an implausible value is marked');
  await page.fill('[data-field="ct.calcium_score"] input', '0');
  const [second] = await assessBy(page);
  equal(await page.textContent('#result .card h3'), second.summary, 'summary with the calcium score');
  check(second.summary !== first.summary, 'the calcium score changes the card');
  await accessible(page, 'second result');
  await fits(page, `/assess at ${width}`);
  await shot(page, `assess-${width}-second`);
  equal(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length), 0, 'what the page keeps');
  equal(complaints.join('\n'), '', 'complaints');
  await close();
}

// Everything that one can enter, in every language: the longest sheet is still one page.
export async function assessPrint(browser, server) {
  const { page, complaints, close } = await openPage(browser, server.origin, 1280, 900, '/assess');
  for (const [tag, name] of [['en', 'English'], ['zh-Hans', '中文'], ['es', 'Español']]) {
    await page.click(`.languages button:has-text("${name}")`);
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => (one.open = true)));
    if (tag === 'en') {
      await page.fill('[data-field="age"] input', '67');
      await page.check('[data-field="sex"] input[value="female"]', { force: true });
      for (const group of await page.$$('fieldset.choices')) {
        const name = await group.getAttribute('data-field');
        if (['sex', 'ccta.non_diagnostic'].includes(name) || name.startsWith('history.') || name.startsWith('ecg.st') || !(await group.isVisible())) continue;
        await group.$eval('input', (input) => input.click());
      }
      await page.selectOption('[data-field="ccta.cad_rads"] select', '3');
      for (const [field, value] of [['vital.systolic_bp', '141'], ['vital.diastolic_bp', '84'], ['lab.egfr', '71'], ['lab.ldl', '3,1'], ['lv.ejection_fraction', '58'], ['ct.calcium_score', '120'], ['lab.troponin_t', '8']]) await page.fill(`[data-field="${field}"] input`, value);
      await page.selectOption('[data-field="lab.ldl"] select', 'mmol/L');
    }
    const asked = nextAnswer(page);
    await page.click('#assess');
    const { cards } = await asked;
    await page.waitForFunction((summary) => document.querySelector('#result .card h3')?.textContent === summary, cards[0].summary);
    equal(await pagesOf(page, `assess-print-${tag}`), 1, `printed pages in ${tag}`);
    await accessible(page, `full form in ${tag}`);
  }
  await page.setViewportSize({ width: 711, height: 1047 });  // A4 within its margins
  await page.emulateMedia({ media: 'print' });
  await shot(page, 'assess-print');
  equal(complaints.join('\n'), '', 'complaints');
  await close();
}

// A token as the clinic's sign-in system makes it: valid once, for this server's hook address.
function tokenMaker() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwks = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES384' }] });
  const make = () => {
    const now = Math.floor(Date.now() / 1000);
    const head = part({ alg: 'ES384', typ: 'JWT', kid: 'k1' });
    const body = part({ iss: 'https://clinic.example', aud: `${publicUrl}/cds-services/cathgate-angiography`, iat: now, exp: now + 300, jti: randomUUID() });
    const signature = sign('sha384', Buffer.from(`${head}.${body}`), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return `${head}.${body}.${signature}`;
  };
  return { jwks, make };
}

export async function assessSignIn(browser) {
  const { jwks, make } = tokenMaker();
  const tenant = `[trust]\npublic_url = "${publicUrl}"\n[tenant]\nid = "clinic"\nissuer = "https://clinic.example"\njwks_file = "FOLDER/jwks.json"\nassess_url = "${publicUrl}/assess"\n[pages]\nassess = true\n`;
  const server = await startServer(tenant, { 'jwks.json': jwks });
  try {
    equal((await fetch(`${server.origin}/demo`)).status, 404, '/demo outside of development mode');
    equal((await fetch(`${server.origin}/pages/demo.js`)).status, 404, 'the files of /demo outside of development mode');
    const { page, complaints, close } = await openPage(browser, server.origin, 1280, 900, `/assess#token=${make()}`);
    await page.waitForSelector('#assess');
    equal(await page.evaluate(() => location.hash), '', 'the token leaves the address');
    await page.fill('[data-field="age"] input', '60');
    await page.check('[data-field="sex"] input[value="female"]', { force: true });
    const [card] = await assessBy(page);
    equal(await page.textContent('#result .card h3'), card.summary, 'summary');
    equal(await page.getAttribute('.card-links a', 'href'), `${publicUrl}/assess`, 'the link of the card');
    equal(complaints.join('\n'), '', 'complaints');
    await page.click('#assess');
    await page.waitForFunction(() => document.querySelector('#problem').textContent !== '');
    await page.fill('#token', `${make().slice(0, -8)}AAAAAAAA`);
    await page.click('#assess');
    await page.waitForFunction(() => document.querySelector('#problem').textContent.includes('not accepted'));
    await shot(page, 'assess-sign-in');
    await page.fill('#token', make());
    await assessBy(page);
    await close();
  } finally {
    await server.stop();
  }
}

// The documents are never kept, their files only by a tag that is asked again; nothing beside them is served.
export async function pageHeaders(_browser, server) {
  const document = await fetch(`${server.origin}/assess`);
  equal(document.headers.get('cache-control'), 'no-store', 'Cache-Control of the document');
  const policy = document.headers.get('content-security-policy');
  for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'", "form-action 'none'"]) check(policy.includes(part), `the policy says ${part}`);
  check(!/unsafe|\*|https?:/.test(policy), `the policy is strict: ${policy}`);
  const script = await fetch(`${server.origin}/pages/assess.js`);
  const tag = script.headers.get('etag');
  check(tag.includes(createHash('sha256').update(await script.text()).digest('hex').slice(0, 32)), 'the tag is a digest of the file');
  equal((await fetch(`${server.origin}/pages/assess.js`, { headers: { 'If-None-Match': tag } })).status, 304, 'the file again');
  for (const away of ['/pages/..%2fpackage.json', '/pages/%2e%2e/package.json', '/pages/assess.html', '/pages/', '/demo/', '/pages/nothing.js']) equal((await fetch(server.origin + away)).status, 404, away);
}
