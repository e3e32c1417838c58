/** The benchmark's entry: `npm run bench -- [--quick] [--markdown] [group…]` prints a table and writes JSON. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench, RunGroup } from './harness/bench.ts';
import { Children } from './harness/children.ts';
import { GROUPS, type Group, notMeasured, type Row } from './harness/row.ts';
import { writeMarkdown, writeTable } from './harness/table.ts';
import { CACHE, RUNS } from './harness/targets.ts';
import { measureEngine } from './rows/engine.ts';
import { measureHistory } from './rows/history.ts';
import { measureInstall } from './rows/install.ts';
import { measureLatency } from './rows/latency.ts';
import { measureMemory } from './rows/memory.ts';
import { measurePolicies } from './rows/policies.ts';
import { measureQuietStreams } from './rows/quiet-streams.ts';
import { measureStall } from './rows/stall.ts';
import { measureStart } from './rows/start.ts';
import { measureStreamCost } from './rows/stream-cost.ts';
import { measureStreams } from './rows/streams.ts';
import { measureThroughput } from './rows/throughput.ts';

const RUN_MS_MAX = 480_000;
const QUICK_RUN_MS_MAX = 90_000;

const MEASURES: Readonly<Record<Group, readonly RunGroup[]>> = {
  engine: [measureEngine, measurePolicies],
  throughput: [measureThroughput],
  latency: [measureLatency],
  stream: [measureStreamCost, measureStreams, measureQuietStreams],
  stall: [measureStall],
  memory: [measureMemory],
  start: [measureStart],
  install: [measureInstall],
  history: [measureHistory],
};

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: 'boolean', default: false }, markdown: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !GROUPS.some((group) => group === name));
  if (unknown.length > 0) {
    console.error(`no such group: ${unknown.join(', ')}; there are ${GROUPS.join(', ')}`);
    return 1;
  }
  const groups = GROUPS.filter((group) => positionals.length === 0 || positionals.includes(group));
  const children = endingWithUs();
  await rm(RUNS, { recursive: true, force: true });
  let seeds = 0;
  const bench: Bench = { children, quick: values.quick, nextSeed: () => ++seeds };
  const rows = await measureAll(groups, bench);
  children.endAll();
  await rm(RUNS, { recursive: true, force: true });
  await writeJson(rows, values.quick);
  console.log(values.markdown ? writeMarkdown(rows) : writeTable(rows));
  return 0;
}

/** Whatever ends the benchmark ends what it started. */
function endingWithUs(): Children {
  const children = new Children();
  process.on('exit', () => children.endAll());
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  return children;
}

/** One after the other; what the time does not suffice for is said in its row. */
async function measureAll(groups: readonly Group[], bench: Bench): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const endsAt = performance.now() + (bench.quick ? QUICK_RUN_MS_MAX : RUN_MS_MAX);
  for (const group of groups) {
    for (const measure of MEASURES[group]) {
      console.error(`measuring ${group} …`);
      rows.push(...(await withinTime(group, measure, bench, endsAt)));
    }
  }
  return rows;
}

async function withinTime(
  group: Group,
  measure: RunGroup,
  bench: Bench,
  endsAt: number,
): Promise<readonly Row[]> {
  const outOfTime = Promise.withResolvers<never>();
  const left = endsAt - performance.now();
  const timer = setTimeout(() => outOfTime.reject(new Error('the time of the run is used up')), left);
  try {
    if (left <= 0) return [notMeasured(group, group, 'the time of the run is used up')];
    return await Promise.race([measure(bench), outOfTime.promise]);
  } catch (error) {
    bench.children.endAll();
    return [notMeasured(group, group, String(error).slice(0, 600))];
  } finally {
    clearTimeout(timer);
  }
}

async function writeJson(rows: readonly Row[], quick: boolean): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const machine = { cores: cpus().length, processor: cpus()[0]?.model ?? '', node: process.version };
  const report = { at: new Date().toISOString(), quick, machine, rows };
  await writeFile(join(CACHE, 'latest.json'), `${JSON.stringify(report, null, 2)}\n`);
}

process.exitCode = await main();
