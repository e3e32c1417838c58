/** `npm run bench:detection`: what the engine finds on the development sets, against the committed baseline. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { benchEngine } from '../engine.ts';
import { tableOf, worseThan } from './compare.ts';
import { createPolicy, isFlagged, measureEvasion, measureSets } from './measure.ts';
import { tableOfSecondStage } from './second-stage.ts';
import { readSets } from './sets.ts';
import { SMOKE } from './smoke.ts';

const ROOT = join(import.meta.dirname, '../..');
const BASELINE = join(import.meta.dirname, 'baseline.json');
const DOCUMENT = join(ROOT, 'docs/detection.md');
const MARK = '<!-- figures: written by npm run bench:detection -- --update -->';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(ROOT, '../shared/data') },
    update: { type: 'boolean', default: false },
    'second-stage': { type: 'boolean', default: false },
  },
});

const count = z.number().int().nonnegative();
const figureSchema = z.strictObject({ attacks: count, caught: count, benign: count, flagged: count });
const figuresSchema = z.strictObject({
  sets: z.record(z.string(), figureSchema),
  evasion: z.record(z.string(), figureSchema),
});
type Figures = z.infer<typeof figuresSchema>;

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
  if (values['second-stage']) {
    console.log(await tableOfSecondStage(sets));
    return smoke;
  }
  const policy = createPolicy();
  const { figures, caught, quiet } = await measureSets(policy, sets);
  const now: Figures = { sets: figures, evasion: await measureEvasion(policy, caught, quiet) };
  const tables = [
    tableOf('detector · set', ['recall', 'false positives'], now.sets),
    tableOf('disguise', ['still caught', 'benign texts newly flagged'], now.evasion),
  ].join('\n\n');
  console.log(tables);
  for (const { name, median, p99, unit } of await benchEngine()) {
    console.log(`${name}: ${median.toFixed(2)} ${unit} median, ${p99.toFixed(2)} ${unit} p99`);
  }
  if (values.update) {
    writeFileSync(BASELINE, `${JSON.stringify(now, null, 2)}\n`);
    writeDocument(tables);
    return smoke;
  }
  if (!existsSync(BASELINE)) throw new Error('no baseline: run with --update once');
  const baseline = figuresSchema.parse(JSON.parse(readFileSync(BASELINE, 'utf8')));
  const faults = [...worseThan(now.sets, baseline.sets), ...worseThan(now.evasion, baseline.evasion)];
  for (const fault of faults) console.error(fault);
  return smoke && faults.length === 0;
}

if (!(await main())) process.exitCode = 1;
