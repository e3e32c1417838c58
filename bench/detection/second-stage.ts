/** `npm run bench:detection -- --second-stage`: what the tiny classifier adds for injection, band by band. */
import { readModels } from '../../src/compose-models.ts';
import { secondStageOf } from '../../src/compose-second-stage.ts';
import { configSchema } from '../../src/config-schema.ts';
import type { Policy } from '../../src/core/policy.ts';
import type { SecondStage } from '../../src/core/second-stage.ts';
import { compile } from '../../src/engine/compile.ts';
import { type Figure, measureSets, PROFILE } from './measure.ts';
import type { DetectionSet } from './sets.ts';

const BANDS: readonly (readonly [from: number, to: number])[] = [
  [0.3, 0.98],
  [0.5, 0.98],
  [0.8, 0.98],
  [0.5, 0.96],
];
const LOWER: readonly number[] = [0.92, 0.9, 0.88];
/** No question is to fail for lack of time: how long each took is told. */
const DEADLINE_MS = 60_000;

const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} % of ${whole}`;

const rowOf = (name: string, asked: string, figures: Readonly<Record<string, Figure>>): string => {
  const cells = ['injection · pooled', 'injection · pooled (long)'].flatMap((key) => {
    const figure = figures[key];
    return figure === undefined
      ? ['–', '–']
      : [share(figure.caught, figure.attacks), share(figure.flagged, figure.benign)];
  });
  return `| ${[name, ...cells, asked].join(' | ')} |`;
};

export async function tableOfSecondStage(all: readonly DetectionSet[]): Promise<string> {
  const sets = all.filter(({ flag }) => flag === 'injection');
  const rows = [await measure(sets)];
  for (const from of LOWER) rows.push(await measureLower(sets, from));
  for (const band of BANDS) rows.push(await measure(sets, band));
  return [
    '| second stage | recall | false positives | recall (long) | false positives (long) | asked |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** What a lower threshold alone would do: the same as a judge that always says yes. */
async function measureLower(sets: readonly DetectionSet[], from: number): Promise<string> {
  const settings = {
    detectors: { injection: { judge: 'onnx', band: [from, 1] } },
    deadlineMs: DEADLINE_MS,
    onFailure: 'first-stage',
  } as const;
  const secondStage: SecondStage = { settings, judge: { ask: async () => true } };
  const policy = compile(PROFILE, { now: () => performance.now(), models: readModels(), secondStage });
  const { figures } = await measureSets(policy, sets);
  return rowOf(`off, found from ${from} on`, '–', figures);
}

async function measure(
  sets: readonly DetectionSet[],
  band?: readonly [from: number, to: number],
): Promise<string> {
  const models = readModels();
  const detectors = band === undefined ? {} : { injection: { judge: 'onnx', band } };
  const config = configSchema.parse({ secondStage: { deadlineMs: DEADLINE_MS, detectors } });
  const parts = secondStageOf(config, { models, languageJudge: undefined, onFault: () => undefined });
  await parts?.check();
  const tools = { now: () => performance.now(), models };
  const policy = compile(PROFILE, parts === undefined ? tools : { ...tools, secondStage: parts.stage });
  let texts = 0;
  const taken: number[] = [];
  const counted: Policy = {
    profile: policy.profile,
    async scan(request, options) {
      const result = await policy.scan(request, options);
      texts++;
      for (const { ms } of result.secondStage ?? []) taken.push(ms);
      return result;
    },
  };
  const { figures } = await measureSets(counted, sets);
  await parts?.close();
  const median = taken.toSorted((a, b) => a - b)[taken.length >> 1] ?? 0;
  const asked = `${share(taken.length, texts)} texts, ${median.toFixed(1)} ms median`;
  const name = band === undefined ? 'off' : `onnx, band [${band.join(', ')}]`;
  return rowOf(name, band === undefined ? '–' : asked, figures);
}
