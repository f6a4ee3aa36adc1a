// Builds the pages into web/dist, from which the server reads them. What the pages know of Cathgate's vocabulary (labels in
// every language, units, plausible ranges, which prefetch key holds which fact) is taken from the same files as the server's.
import { build } from 'esbuild';
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

const web = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(web);
const dist = path.join(web, 'dist');
const languages = ['en', 'zh', 'es'];

const readJson = async (...parts) => JSON.parse(await readFile(path.join(root, ...parts), 'utf8'));

const facts = (await readJson('core', 'facts.json')).facts;
const terms = await readJson('fhir', 'terms.json');
const messages = {};
for (const language of languages) messages[language] = (await readJson('cds-hooks', 'messages', `${language}.json`)).messages;

const inEveryLanguage = (text) => Object.fromEntries(languages.map((language) => [language, text(language)]));

// A category's name as the cards write it.
const word = (fact, category) =>
  inEveryLanguage((l) => messages[l][`category.${fact}.${category}`] ?? messages[l][`word.${category}`] ?? messages.en[`word.${category}`] ?? category.replaceAll('_', ' '));

const unitsOf = (fact) => {
  const entry = terms.units.find((unit) => unit.facts.includes(fact.name));
  const canonical = { code: fact.unit, factor: 1 };
  if (!entry) return [canonical];
  // Spellings of one unit have one factor: the first of each is offered. A conversion with an offset is left to the server.
  const seen = new Set([1]);
  const others = Object.entries(entry.ucum).filter(([, factor]) => typeof factor === 'number' && !seen.has(factor) && seen.add(factor));
  return [canonical, ...others.map(([code, factor]) => ({ code, factor }))];
};

function describe(fact) {
  const known = { kind: fact.kind, label: inEveryLanguage((l) => messages[l][`label.${fact.name}`] ?? fact.label) };
  if (fact.kind === 'quantity') {
    known.plausible = fact.plausible;
    known.units = unitsOf(fact);
  }
  if (fact.kind === 'category') known.categories = fact.categories.map((code) => ({ code, label: word(fact.name, code) }));
  const prefetch = terms.prefetch.find((entry) => entry.facts?.includes(fact.name));
  if (prefetch) known.key = prefetch.key;
  return known;
}

// Which fact a public code means, so that a chart can be read in every language.
function codes() {
  const found = {};
  const add = (list, fact) => {
    for (const [system, code] of list ?? []) for (const url of terms.systems[system] ?? []) if (url.startsWith('http')) found[`${url}|${code}`] ??= fact;
  };
  for (const entry of terms.measurements) add(entry.codes, entry.fact);
  for (const entry of [...terms.statements, ...terms.procedures]) {
    const says = Object.entries(entry.says ?? {}).filter(([, value]) => value === true);
    if (says.length === 1) add(entry.codes, says[0][0]);
  }
  return found;
}

const asked = facts.filter((fact) => !fact.stage);
const unitNames = new Set(asked.filter((fact) => fact.unit).flatMap((fact) => unitsOf(fact).map((unit) => unit.code)));
const vocabulary = {
  facts: Object.fromEntries(asked.map((fact) => [fact.name, describe(fact)])),
  codes: codes(),
  units: Object.fromEntries([...unitNames].map((code) => [code, inEveryLanguage((l) => messages[l][`unit.${code}`] ?? messages.en[`unit.${code}`] ?? (code === '1' ? '' : code))])),
  percent: inEveryLanguage((l) => messages[l]['number.percent']),
  decimal: inEveryLanguage((l) => messages[l]['number.decimal']),
};

// The modules that hold data of other folders.
const data = {
  name: 'cathgate-data',
  setup(builder) {
    builder.onResolve({ filter: /^cathgate:/ }, ({ path: name }) => ({ path: name, namespace: 'cathgate' }));
    builder.onLoad({ filter: /.*/, namespace: 'cathgate' }, async ({ path: name }) => {
      const content = name === 'cathgate:vocabulary' ? vocabulary : await readJson('docs', 'fhir', 'Questionnaire-chest-pain.json');
      return { contents: JSON.stringify(content), loader: 'json' };
    });
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
await build({
  entryPoints: { demo: path.join(web, 'src/demo/main.ts'), assess: path.join(web, 'src/assess/main.ts') },
  outdir: dist,
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2021',
  charset: 'utf8',
  legalComments: 'inline',
  logLevel: 'warning',
  plugins: [data],
});
await build({ entryPoints: [path.join(web, 'src/pages.css')], outdir: dist, bundle: true, minify: true, logLevel: 'warning' });
for (const page of ['demo.html', 'assess.html']) await copyFile(path.join(web, 'src', page), path.join(dist, page));
const patients = [];
for (const file of (await readdir(path.join(web, 'patients'))).sort()) patients.push(await readJson('web', 'patients', file));
await writeFile(path.join(dist, 'demo-patients.json'), JSON.stringify(patients));
