/** Reads memory and processor time of a running process from /proc; not known on other systems than Linux. */
import { readFileSync } from 'node:fs';

/** The kernel's unit in /proc/<pid>/stat: 100 ticks a second on every Linux that Node runs on (proc(5)). */
const TICK_MS = 10;
/** Fields 14 and 15, counted from behind the command's closing bracket, which may hold spaces (proc(5)). */
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;

const read = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
};

/** Resident memory in bytes; NaN where it cannot be told. */
export function readRssBytes(pid: number): number {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '');
  return found ? Number(found[1]) * 1024 : Number.NaN;
}

/** Processor time so far in milliseconds, all threads; NaN where it cannot be told. */
export function readCpuMs(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return Number.NaN;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK_MS;
}
