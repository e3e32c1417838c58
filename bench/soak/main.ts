/** The soak's entry: `npm run soak [-- --minutes N]` runs mixed traffic and tells whether anything grows. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startFaultyUpstream } from './faulty-upstream.ts';
import { type Sample, type SoakProgram, startProgram } from './program.ts';
import { slopeOf } from './slope.ts';
import { type Counts, startTraffic } from './traffic.ts';

const MINUTES_MAX = 120;
const CLIENTS = 48;
const SAMPLES = 30;
/** Caches, compiled code and the database's pages fill up in the first part of a run; it does not count. */
const WARM_PART = 0.4;
const SETTLE_MS = 12_000;
const MB = 1_048_576;
/** Of the heap after collection; the resident memory may breathe more. */
const HEAP_MB_PER_MINUTE_MAX = 1;
const RSS_MB_PER_MINUTE_MAX = 6;
/** In a shorter run everything still fills up: growth is shown, and not judged. */
const JUDGED_MINUTES_MIN = 5;
const LEFT_MAX = 8;
const HEALTH_MS_MAX = 250;

interface TimedSample extends Sample {
  readonly minute: number;
  readonly healthMs: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } });
  const minutes = Number(values.minutes);
  if (!(minutes > 0 && minutes <= MINUTES_MAX)) {
    console.error(`--minutes must be a number above 0 and up to ${MINUTES_MAX}`);
    return 1;
  }
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  const upstream = await startFaultyUpstream();
  const key = randomBytes(16).toString('hex');
  const program = await startProgram(upstream.origin, key);
  const before = await program.probe();
  const traffic = startTraffic(program.gateway, key, CLIENTS);
  const samples = await watch(program, minutes, traffic.counts);
  await traffic.stop();
  await sleep(SETTLE_MS);
  const after = await program.probe();
  const code = await program.end();
  upstream.close();
  const faults = [
    ...judge(samples, before, after, traffic.counts),
    ...(code === 0 ? [] : [`exit code ${code}`]),
  ];
  console.log(write(samples, before, after, traffic.counts, minutes));
  for (const fault of faults) console.log(`NOT FLAT: ${fault}`);
  if (faults.length === 0)
    console.log('flat: memory, sockets and timers do not grow, every answer is as it should be');
  return faults.length === 0 ? 0 : 1;
}

async function watch(program: SoakProgram, minutes: number, counts: Counts): Promise<readonly TimedSample[]> {
  const samples: TimedSample[] = [];
  const from = performance.now();
  for (let at = 1; at <= SAMPLES; at += 1) {
    await sleep(Math.max(0, from + (at * minutes * 60_000) / SAMPLES - performance.now()));
    const asked = performance.now();
    await (await fetch(program.health)).arrayBuffer();
    const healthMs = performance.now() - asked;
    const minute = (performance.now() - from) / 60_000;
    const sample = { ...(await program.probe()), minute, healthMs };
    samples.push(sample);
    console.error(
      `${minute.toFixed(1)} min: ${counts.exchanges} exchanges, heap ${toMb(sample.heapBytes)} MB, ` +
        `RSS ${toMb(sample.rssBytes)} MB, ${sample.sockets} sockets, ${sample.timers} timers`,
    );
  }
  return samples;
}

const toMb = (bytes: number): string => (bytes / MB).toFixed(1);
const warm = (samples: readonly TimedSample[]): readonly TimedSample[] =>
  samples.slice(Math.floor(samples.length * WARM_PART));
/** MB or pieces by the minute. */
const growth = (samples: readonly TimedSample[], pick: (sample: TimedSample) => number): number =>
  slopeOf(warm(samples).map((sample) => ({ minute: sample.minute, value: pick(sample) })));

function judge(samples: readonly TimedSample[], before: Sample, after: Sample, counts: Counts): string[] {
  const faults: string[] = [];
  const heap = growth(samples, (sample) => sample.heapBytes / MB);
  const rss = growth(samples, (sample) => sample.rssBytes / MB);
  const health = Math.max(...samples.map((sample) => sample.healthMs));
  const isLong = (samples.at(-1)?.minute ?? 0) > JUDGED_MINUTES_MIN - 0.1;
  if (isLong && heap > HEAP_MB_PER_MINUTE_MAX)
    faults.push(`the heap grows by ${heap.toFixed(2)} MB a minute`);
  if (isLong && rss > RSS_MB_PER_MINUTE_MAX)
    faults.push(`resident memory grows by ${rss.toFixed(2)} MB a minute`);
  if (health > HEALTH_MS_MAX) faults.push(`/healthz took ${health.toFixed(0)} ms`);
  if (after.sockets > before.sockets + LEFT_MAX) faults.push(`${after.sockets} sockets are left`);
  if (after.timers > before.timers + LEFT_MAX)
    faults.push(`${after.timers} timers are left, ${before.timers} before`);
  for (const [kind, { count, wrong, seen }] of counts.kinds)
    if (wrong > 0) faults.push(`${kind}: ${wrong} of ${count} were answered otherwise, last: ${seen}`);
  return faults;
}

function write(
  samples: readonly TimedSample[],
  before: Sample,
  after: Sample,
  counts: Counts,
  minutes: number,
): string {
  const row = (name: string, pick: (sample: Sample) => number, perMinute: string): string => {
    const peak = Math.max(...samples.map(pick));
    return [name, pick(before), peak, pick(after), perMinute]
      .map((cell, at) => (at === 0 ? String(cell).padEnd(22) : String(cell).padStart(12)))
      .join('');
  };
  const mb = (pick: (sample: Sample) => number) => (sample: Sample) => Number(toMb(pick(sample)));
  const grown = (pick: (sample: TimedSample) => number): string => growth(samples, pick).toFixed(2);
  const heads = ['', 'before', 'peak', 'after', 'a minute'];
  return [
    `${counts.exchanges} exchanges in ${minutes} minutes, ${CLIENTS} clients`,
    '',
    heads.map((head, at) => (at === 0 ? head.padEnd(22) : head.padStart(12))).join(''),
    row(
      'heap, MB',
      mb((sample) => sample.heapBytes),
      grown((sample) => sample.heapBytes / MB),
    ),
    row(
      'resident memory, MB',
      mb((sample) => sample.rssBytes),
      grown((sample) => sample.rssBytes / MB),
    ),
    row(
      'sockets',
      (sample) => sample.sockets,
      grown((sample) => sample.sockets),
    ),
    row(
      'timers',
      (sample) => sample.timers,
      grown((sample) => sample.timers),
    ),
    `longest /healthz: ${Math.max(...samples.map((sample) => sample.healthMs)).toFixed(0)} ms`,
    '',
    ...[...counts.kinds]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(
        ([kind, { count, wrong }]) =>
          `${kind.padEnd(26)}${String(count).padStart(8)}${wrong > 0 ? `  ${wrong} wrong` : ''}`,
      ),
  ].join('\n');
}

process.exitCode = await main();
