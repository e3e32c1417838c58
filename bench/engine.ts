/** Measures the engine: all built-in detectors over texts that vary, so that no cache hides the work. */

import { readModels } from '../src/compose-models.ts';
import type { Policy, ProfileSnapshot } from '../src/core/policy.ts';
import { compile } from '../src/engine/compile.ts';

export interface EngineBenchRow {
  readonly name: string;
  readonly median: number;
  readonly p99: number;
  readonly unit: 'ms';
  /** What DESIGN §12 asks of the median. */
  readonly limit: number;
}

const SENTENCES = [
  'The harbour office opens at nine, and the ferry to the islands leaves an hour later.',
  'Could you compare the two proposals and tell me which one is easier to maintain?',
  'Most of the team prefers short functions, clear names and tests that read like prose.',
  'In March 2024 the river rose 40 cm above its usual level; nobody was hurt.',
  "Please rewrite this paragraph so that a ten-year-old understands it, but don't lose the numbers.",
  'I tried `npm run build` and the bundle grew from 310 kB to 412 kB: what should I check first?',
  'See the notes at https://docs.example.org/guide/start for the earlier steps of the migration.',
  'She wrote: "we ought to keep the rules simple", and everyone around the table agreed.',
  'A function that maps over rows and returns { id, name, total } would be enough here.',
  'The recipe needs 250 g of flour, two eggs, a little milk and patience.',
];

/** English of `chars` characters, another one for every seed. */
export function englishText(chars: number, seed: number): string {
  let state = seed * 2_654_435_761 + 1;
  const parts: string[] = [];
  for (let length = 0; length < chars; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const sentence = `${SENTENCES[state % SENTENCES.length] ?? ''} Item ${state % 97}. `;
    parts.push(sentence);
    length += sentence.length;
  }
  return parts.join('').slice(0, chars);
}

const SIDE = {
  injection: 'block',
  agent: 'alert',
  url_cats: 'block',
  dlp: { secrets: 'block', personal: 'mask' },
  toxic_content: 'alert',
  malicious_code: 'alert',
  db_security: 'off',
  topic_violation: 'off',
  ungrounded: 'off',
  source_code: 'off',
} as const;

export const PROFILE: ProfileSnapshot = {
  name: 'bench',
  id: '00000000-0000-4000-8000-000000000000',
  revision: '1',
  actions: { prompt: SIDE, response: { ...SIDE, injection: 'off', agent: 'off', db_security: 'alert' } },
  latency: { maxInlineMs: 5000, onTimeout: 'block' },
  trustedRoles: ['system'],
  maskOnBlock: false,
  topics: [],
  scanners: [],
  urlFeed: [],
};

export async function timeScans(policy: Policy, chars: number, rounds: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const prompt = englishText(chars, i + 1);
    const from = performance.now();
    await policy.scan({ contents: [{ prompt }] });
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b);
}

export const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Rows for 2 KB and 64 KB prompts; the second limit is that of linear cost, 40 times the first median. */
export async function benchEngine(): Promise<EngineBenchRow[]> {
  const policy = compile(PROFILE, { now: () => performance.now(), models: readModels() });
  await timeScans(policy, 2048, 2000);
  await timeScans(policy, 65_536, 20);
  const small = await timeScans(policy, 2048, 4000);
  const large = await timeScans(policy, 65_536, 100);
  const row = (name: string, times: readonly number[], limit: number): EngineBenchRow => ({
    name,
    median: at(times, 0.5),
    p99: at(times, 0.99),
    unit: 'ms',
    limit,
  });
  return [
    row('engine, 2 KB English prompt, all detectors', small, 0.25),
    row('engine, 64 KB English prompt, all detectors', large, at(small, 0.5) * 40),
  ];
}

if (import.meta.main) console.table(await benchEngine());
