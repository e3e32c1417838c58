/** Runs sets through the real verdict path and counts what is found: TPR always beside FPR. */

import { readModels } from '../../src/compose-models.ts';
import type { Policy, ProfileSnapshot } from '../../src/core/policy.ts';
import type { DetectorFlag, ScanRequest } from '../../src/core/scan-wire.ts';
import { compile } from '../../src/engine/compile.ts';
import type { DetectionSet, Sample } from './sets.ts';
import { TRANSFORMS } from './transforms.ts';

const SIDE = {
  injection: 'block',
  agent: 'block',
  url_cats: 'block',
  dlp: { secrets: 'block', personal: 'block' },
  toxic_content: 'block',
  malicious_code: 'block',
  db_security: 'block',
  topic_violation: 'off',
  ungrounded: 'off',
  source_code: 'off',
} as const;

export const PROFILE: ProfileSnapshot = {
  name: 'bench-detection',
  id: '00000000-0000-4000-8000-000000000000',
  revision: '1',
  actions: { prompt: SIDE, response: SIDE },
  latency: { maxInlineMs: 60_000, onTimeout: 'block' },
  trustedRoles: ['system'],
  maskOnBlock: false,
  topics: [],
  scanners: [],
  urlFeed: [],
};

/** Texts longer than this are told apart: the longer a text, the more places it has to be wrong about. */
const LONG_CHARS = 2000;
const EVASION_ATTACKS = 200;
const EVASION_BENIGN = 400;
/** A disguise of a longer text is another text. */
const EVASION_CHARS_MAX = 400;

export interface Figure {
  readonly attacks: number;
  readonly caught: number;
  readonly benign: number;
  readonly flagged: number;
}
export interface Figures {
  /** By `detector · set`, short texts and long ones apart. */
  readonly sets: Readonly<Record<string, Figure>>;
  readonly evasion: Readonly<Record<string, Figure>>;
}

export const createPolicy = (): Policy =>
  compile(PROFILE, { now: () => performance.now(), models: readModels() });

/** Statements are judged in answers and tool events: in a prompt they are nobody's query yet. */
function contentsOf(flag: DetectorFlag, text: string, kind: string): ScanRequest['contents'][number] {
  if (flag === 'db_security') return { response: text };
  if (kind !== 'tool_result') return { prompt: text };
  return {
    tool_event: { metadata: { ecosystem: 'mcp', method: 'tools/call', server_name: 'bench' }, output: text },
  };
}

/** Whether the detector has a finding with an action on it; a rule that fails ends the run, it is not quiet. */
export async function isFlagged(policy: Policy, flag: DetectorFlag, text: string, kind = 'prompt') {
  const contents = contentsOf(flag, text, kind);
  const { findings, judgement } = await policy.scan({ contents: [contents] });
  if (judgement.error || judgement.timeout) throw new Error(`the engine failed over a text for ${flag}`);
  return findings.some((finding) => finding.detector === flag && finding.action !== 'off');
}

const EMPTY: Figure = { attacks: 0, caught: 0, benign: 0, flagged: 0 };
const add = (figure: Figure, bad: boolean, found: boolean): Figure => ({
  attacks: figure.attacks + (bad ? 1 : 0),
  caught: figure.caught + (bad && found ? 1 : 0),
  benign: figure.benign + (bad ? 0 : 1),
  flagged: figure.flagged + (!bad && found ? 1 : 0),
});

export async function measureSets(policy: Policy, sets: readonly DetectionSet[]) {
  const figures: Record<string, Figure> = {};
  const caught: Sample[] = [];
  const quiet: Sample[] = [];
  for (const { flag, name, samples } of sets) {
    for (const sample of samples) {
      const found = await isFlagged(policy, flag, sample.text, sample.kind);
      const long = sample.text.length > LONG_CHARS;
      for (const key of [
        `${flag} · ${name}${long ? ' (long)' : ''}`,
        `${flag} · pooled${long ? ' (long)' : ''}`,
      ])
        figures[key] = add(figures[key] ?? EMPTY, sample.bad, found);
      if (flag !== 'injection' || sample.text.length > EVASION_CHARS_MAX) continue;
      if (sample.bad && found) caught.push(sample);
      if (!sample.bad && !found) quiet.push(sample);
    }
  }
  return { figures, caught: spread(caught, EVASION_ATTACKS), quiet: spread(quiet, EVASION_BENIGN) };
}

/** `count` samples at even distances, so that every set has its share. */
function spread(samples: readonly Sample[], count: number): readonly Sample[] {
  const step = Math.max(1, samples.length / count);
  return Array.from(
    { length: Math.min(count, samples.length) },
    (_, i) => samples[Math.floor(i * step)],
  ).filter((sample) => sample !== undefined);
}

/** Of attacks that are caught and benign texts that are not flagged: what becomes of them in disguise. */
export async function measureEvasion(policy: Policy, caught: readonly Sample[], quiet: readonly Sample[]) {
  const figures: Record<string, Figure> = {};
  for (const [name, disguise] of Object.entries(TRANSFORMS)) {
    let figure = EMPTY;
    for (const { text, bad } of [...caught, ...quiet]) {
      figure = add(figure, bad, await isFlagged(policy, 'injection', disguise(text)));
    }
    figures[name] = figure;
  }
  return figures;
}
