/** `npm run soak:regexes`: how long hostile patterns over 2 MB of hostile text hold up the gateway's own thread. */
import type { Policy, ProfileSnapshot } from '../../src/core/policy.ts';
import { compile } from '../../src/engine/compile.ts';
import { createIsolatedRegex } from '../../src/workers/isolated-regex.ts';
import { createLargeTexts } from '../../src/workers/large-texts.ts';
import { makeProfile, makeScanner } from '../../test/unit/engine/profile.ts';
import { EVIL_CASES, type EvilCase } from '../../test/unit/workers/evil-patterns.ts';

const CHARS = 2_000_000;
const TICK_MS = 2;
const STALL_MS_MAX = 50;
/** As shipped: engine.regexMs. */
const REGEX_MS = 250;

const isolatedRegex = createIsolatedRegex({ deadlineMs: REGEX_MS, threadsMax: 1 });
const tools = { now: () => performance.now(), isolatedRegex };
const large = createLargeTexts({
  largeTextChars: 65_536,
  threadsMax: 1,
  waitingMax: 4,
  thread: { holdbackChars: 256, regexDeadlineMs: REGEX_MS },
});

interface Measured {
  readonly pattern: string;
  readonly ms: number;
  readonly stallMs: number;
  readonly outcome: string;
}

const profileOf = (pattern: string): ProfileSnapshot => ({
  ...makeProfile({ scanners: [makeScanner({ name: 'evil', type: 'regex', pattern })] }),
  latency: { maxInlineMs: 60_000, onTimeout: 'block' },
  revision: pattern,
});

/**
 * The longest time that this thread worked between two ticks of a timer of 2 ms. Its own processor time, so that
 * other programs on the machine do not count.
 */
async function watchStall<T>(run: () => Promise<T>): Promise<{ result: T; stallMs: number }> {
  const workedMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  let last = workedMs();
  let stallMs = 0;
  const tick = (): void => {
    const now = workedMs();
    stallMs = Math.max(stallMs, now - last);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  const result = await run();
  tick();
  clearInterval(timer);
  return { result, stallMs };
}

async function measure({ pattern, unit, ending }: EvilCase): Promise<Measured> {
  const policy: Policy = compile(profileOf(pattern), tools);
  const judged = large.over({ byName: () => policy, byId: () => policy }).byName('default');
  const prompt = unit.repeat(Math.ceil(CHARS / unit.length)) + ending;
  const from = performance.now();
  const { result, stallMs } = await watchStall(async () => judged?.scan({ contents: [{ prompt }] }));
  const found = result?.findings.some((finding) => finding.detector === 'evil') ?? false;
  const outcome = found ? 'found' : result?.judgement.error === true ? 'error' : 'PASSED OVER';
  return { pattern, ms: performance.now() - from, stallMs, outcome };
}

const rows: Measured[] = [];
for (const one of EVIL_CASES) rows.push(await measure(one));
await Promise.all([large.close(), isolatedRegex.close()]);
for (const { pattern, ms, stallMs, outcome } of rows) {
  const figures = `${ms.toFixed(0).padStart(7)} ms${stallMs.toFixed(0).padStart(6)} ms stall`;
  console.log(`${pattern.slice(0, 40).padEnd(42)}${figures}  ${outcome}`);
}
const worst = Math.max(...rows.map(({ stallMs }) => stallMs));
const passed = rows.filter(({ outcome }) => outcome === 'PASSED OVER').length;
console.log(
  `\n${rows.length} patterns over ${CHARS} characters: longest stall ${worst.toFixed(0)} ms, ${passed} passed over`,
);
process.exitCode = worst > STALL_MS_MAX || passed > 0 ? 1 : 0;
