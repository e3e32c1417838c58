/** Resident memory of the process when it is ready and idle, and after a throughput run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench } from '../harness/bench.ts';
import { faultNote, runClosed } from '../harness/loads.ts';
import { median } from '../harness/percentile.ts';
import { readRssBytes } from '../harness/process-usage.ts';
import { atMost, formatNumber, notMeasured, type Row } from '../harness/row.ts';
import { startLoadGenerator, startMock, startSallyport } from '../harness/targets.ts';

const IDLE_MB_MAX = 120;
const LOADED_MB_MAX = 220;
const MB = 1024 * 1024;

export async function measureMemory(bench: Bench): Promise<readonly Row[]> {
  if (!Number.isFinite(readRssBytes(process.pid))) {
    return [notMeasured('memory', 'memory', 'the memory of a process is only read on Linux')];
  }
  const { children, quick } = bench;
  const mock = await startMock(children, bench.nextSeed());
  const generator = startLoadGenerator(children);
  const ours = await startSallyport(children, mock.origin);
  const samples: number[] = [];
  const sample = (): number => readRssBytes(ours.pid) / MB;
  try {
    await sleep(quick ? 1000 : 3000);
    const idle = sample();
    const timer = setInterval(() => samples.push(sample()), 250);
    const load = await runClosed(generator, ours, {
      connections: 32,
      ms: quick ? 4000 : 20_000,
      seed: bench.nextSeed(),
    });
    clearInterval(timer);
    await sleep(500);
    const peakMb = Math.max(...samples);
    const faults = faultNote([load]);
    const peak = `peak ${formatNumber(peakMb)} MB, median ${formatNumber(median(samples))} MB under load`;
    const note = `after ${formatNumber(load.requests)} requests; ${peak}${faults === '' ? '' : `; ${faults}`}`;
    return [
      atMost({ group: 'memory', name: 'memory, ready and idle', unit: 'MB RSS' }, idle, IDLE_MB_MAX),
      atMost(
        { group: 'memory', name: 'memory after a throughput run', unit: 'MB RSS', note, data: { peakMb } },
        sample(),
        LOADED_MB_MAX,
      ),
    ];
  } finally {
    for (const running of [ours, mock, generator]) running.end();
  }
}
