/** `npm run bench:detection -- --second-stage`: what the tiny classifier adds for injection, band by band. */
import { readModels } from '../../src/compose-models.ts';
import { secondStageOf } from '../../src/compose-second-stage.ts';
import { configSchema } from '../../src/config-schema.ts';
import type { Policy } from '../../src/core/policy.ts';
import { compile } from '../../src/engine/compile.ts';
import { type Figure, measureSets, PROFILE } from './measure.ts';
import type { DetectionSet } from './sets.ts';

const BANDS: readonly (readonly [from: number, to: number])[] = [
  [0.3, 0.98],
  [0.5, 0.98],
  [0.8, 0.98],
  [0.5, 0.95],
];
/** No question is to fail for lack of time: how long each took is told. */
const DEADLINE_MS = 60_000;

const share = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${((100 * part) / whole).toFixed(2)} % of ${whole}`;

const rowOf = (name: string, asked: string, short: Figure | undefined, long: Figure | undefined): string => {
  const cells = [short, long].flatMap((figure) =>
    figure === undefined
      ? ['–', '–']
      : [share(figure.caught, figure.attacks), share(figure.flagged, figure.benign)],
  );
  return `| ${[name, ...cells, asked].join(' | ')} |`;
};

export async function tableOfSecondStage(all: readonly DetectionSet[]): Promise<string> {
  const sets = all.filter(({ flag }) => flag === 'injection');
  const rows = [await measure(sets)];
  for (const band of BANDS) rows.push(await measure(sets, band));
  return [
    '| second stage | recall | false positives | recall (long) | false positives (long) | asked |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
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
  return rowOf(
    name,
    band === undefined ? '–' : asked,
    figures['injection · pooled'],
    figures['injection · pooled (long)'],
  );
}
