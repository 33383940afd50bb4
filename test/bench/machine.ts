/** What the operating system tells about cores and processes; Linux only, elsewhere the figures are left out. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Pins {
  server: string[];
  load: string[];
}

/** Commands to put before another to keep it on one core; empty without `taskset` or a second core. */
export function pins(): Pins {
  const [first, second] = allowedCores();
  if (first === undefined || second === undefined) return { server: [], load: [] };
  const works = spawnSync('taskset', ['-c', String(first), 'true']).status === 0;
  return works
    ? { server: ['taskset', '-c', `${first}`], load: ['taskset', '-c', `${second}`] }
    : { server: [], load: [] };
}

function allowedCores(): number[] {
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(readOr('/proc/self/status', ''))?.[1] ?? '';
  return list.split(',').flatMap((range) => {
    const [first = '', last = first] = range.split('-');
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
  });
}

/** User and system time that the process has used, in ms (in steps of 10); undefined where there is no /proc. */
export function cpuMs(pid: number): number | undefined {
  const stat = readOr(`/proc/${pid}/stat`, '');
  // The command's name, in parentheses, may hold spaces; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return stat === '' ? undefined : (Number(fields[11]) + Number(fields[12])) * tickMs;
}

/** USER_HZ is 100 on every architecture that Node runs on. */
const tickMs = 10;

/** Resident memory in MiB; undefined where there is no /proc. */
export function rssMiB(pid: number): number | undefined {
  const kib = /VmRSS:\s*(\d+)/.exec(readOr(`/proc/${pid}/status`, ''))?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
