/** `npm run bench:detection`: what the engine finds on the development sets, against the committed baseline. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { createPolicy, type Figure, isFlagged, measureEvasion, measureSets } from './measure.ts';
import { readSets } from './sets.ts';
import { SMOKE } from './smoke.ts';

const ROOT = join(import.meta.dirname, '../..');
const BASELINE = join(import.meta.dirname, 'baseline.json');
const DOCUMENT = join(ROOT, 'docs/detection.md');
const MARK = '<!-- figures: written by npm run bench:detection -- --update -->';
/** Points that a figure may be worse by. */
const DROP_MAX = 1;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    update: { type: 'boolean', default: false },
  },
});

const count = z.number().int().nonnegative();
const figureSchema = z.strictObject({ attacks: count, caught: count, benign: count, flagged: count });
const figuresSchema = z.strictObject({
  sets: z.record(z.string(), figureSchema),
  evasion: z.record(z.string(), figureSchema),
});
type Figures = z.infer<typeof figuresSchema>;

const share = (part: number, whole: number): number => (whole === 0 ? Number.NaN : (100 * part) / whole);
const show = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${share(part, whole).toFixed(1)} % of ${whole}`;

const table = (title: string, heads: readonly string[], figures: Readonly<Record<string, Figure>>): string =>
  [
    `| ${title} | ${heads.join(' | ')} |`,
    '|---|---|---|',
    ...Object.entries(figures)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, f]) => `| ${name} | ${show(f.caught, f.attacks)} | ${show(f.flagged, f.benign)} |`),
  ].join('\n');

/** Says what is worse than the baseline by more than is allowed; a set that is gone is worse too. */
function worse(now: Readonly<Record<string, Figure>>, before: Readonly<Record<string, Figure>>): string[] {
  const found: string[] = [];
  for (const [name, old] of Object.entries(before)) {
    const figure = now[name];
    if (figure === undefined) {
      found.push(`${name}: not measured any more`);
      continue;
    }
    const lost = share(old.caught, old.attacks) - share(figure.caught, figure.attacks);
    const risen = share(figure.flagged, figure.benign) - share(old.flagged, old.benign);
    if (lost > DROP_MAX) found.push(`${name}: recall fell by ${lost.toFixed(1)} points`);
    if (risen > DROP_MAX) found.push(`${name}: false positives rose by ${risen.toFixed(1)} points`);
  }
  return found;
}

async function checkSmoke(): Promise<boolean> {
  const policy = createPolicy();
  let wrong = 0;
  for (const [i, { flag, text, bad }] of SMOKE.entries()) {
    if ((await isFlagged(policy, flag, text)) === bad) continue;
    wrong++;
    console.error(`case ${i} of the smoke set: ${flag} ${bad ? 'missed it' : 'flagged it'}`);
  }
  console.log(`smoke set: ${SMOKE.length - wrong} of ${SMOKE.length} right`);
  return wrong === 0;
}

function writeDocument(tables: string): void {
  const [head = ''] = readFileSync(DOCUMENT, 'utf8').split(MARK);
  writeFileSync(DOCUMENT, `${head}${MARK}\n\n${tables}\n`);
}

async function main(): Promise<boolean> {
  const smoke = await checkSmoke();
  const sets = readSets(values.data);
  if (sets === undefined) {
    console.log(`no development data in ${values.data}: only the smoke set was asserted`);
    return smoke;
  }
  const policy = createPolicy();
  const { figures, caught, quiet } = await measureSets(policy, sets);
  const now: Figures = { sets: figures, evasion: await measureEvasion(policy, caught, quiet) };
  const tables = [
    table('detector · set', ['recall', 'false positives'], now.sets),
    table('disguise', ['still caught', 'benign texts newly flagged'], now.evasion),
  ].join('\n\n');
  console.log(tables);
  if (values.update) {
    writeFileSync(BASELINE, `${JSON.stringify(now, null, 2)}\n`);
    writeDocument(tables);
    return smoke;
  }
  if (!existsSync(BASELINE)) throw new Error('no baseline: run with --update once');
  const baseline = figuresSchema.parse(JSON.parse(readFileSync(BASELINE, 'utf8')));
  const faults = [...worse(now.sets, baseline.sets), ...worse(now.evasion, baseline.evasion)];
  for (const fault of faults) console.error(fault);
  return smoke && faults.length === 0;
}

if (!(await main())) process.exitCode = 1;
