/** Loaded before the program: tells at each SIGUSR2 how long its event loop was held up since the last one. */
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const NS_PER_MS = 1e6;
const US_PER_MS = 1e3;
const file = process.env.SALLYPORT_BENCH_DELAYS;
const delays = monitorEventLoopDelay({ resolution: 1 });

/** Processor time of the main thread: what a stall takes where nothing else wants the processor. */
const usedMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / US_PER_MS;
};
let beforeMs = usedMs();
let worstCpuMs = 0;
setInterval(() => {
  const nowMs = usedMs();
  worstCpuMs = Math.max(worstCpuMs, nowMs - beforeMs);
  beforeMs = nowMs;
}, 1).unref();

process.on('SIGUSR2', () => {
  if (file === undefined) return;
  const told = {
    worstMs: delays.max / NS_PER_MS,
    p99Ms: delays.percentile(99) / NS_PER_MS,
    worstCpuMs,
  };
  delays.reset();
  worstCpuMs = 0;
  writeFileSync(`${file}.new`, JSON.stringify(told));
  renameSync(`${file}.new`, file);
});
delays.enable();
