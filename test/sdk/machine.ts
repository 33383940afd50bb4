import { cpus, totalmem } from 'node:os';

/** Time of all cores since the machine's start, in milliseconds. */
export interface CpuTime {
  readonly busy: number;
  readonly total: number;
}

export function cpuTime(): CpuTime {
  const sum = (pick: (times: ReturnType<typeof cpus>[number]['times']) => number) =>
    cpus().reduce((total, { times }) => total + pick(times), 0);
  const total = sum(({ user, nice, sys, idle, irq }) => user + nice + sys + idle + irq);
  return { busy: total - sum(({ idle }) => idle), total };
}

/** The share of all cores that was busy between two readings, 0 to 1. */
export const busyShare = (from: CpuTime, to: CpuTime): number => (to.busy - from.busy) / (to.total - from.total);

/** The machine in words. */
export function machineInWords(): string {
  const [cpu] = cpus();
  return `${cpus().length} cores (${cpu?.model.trim() || 'model unknown'}), ${Math.round(totalmem() / 1024 ** 3)} GiB, ${process.platform} ${process.arch}`;
}
