import { cpuMs, rssMiB } from './machine.ts';
import { makeReview, type ReviewSize } from './review.ts';
import type { Bench } from './rounds.ts';
import { startServer } from './server-process.ts';
import { median } from './statistics.ts';

/** Medians over several starts. */
export interface ColdStart {
  server: string;
  listeningMs: number;
  answeredMs: number;
  cpuMs: number;
  rssMiB: number;
}

/** Starts the servers in turn, again and again; the first start of each is not counted, as it fills the file caches. */
export async function measureColdStarts(bench: Bench, size: ReviewSize): Promise<ColdStart[]> {
  const review = makeReview(size);
  // Ended by SIGTERM, since what a process saves for its next start is written at an orderly end only.
  for (const contender of bench.contenders)
    await (await startServer(contender, review, bench.serverPin)).stop('SIGTERM');
  const starts: ColdStart[] = [];
  for (let round = 0; round < bench.options.starts; round += 1) {
    for (const contender of bench.contenders) {
      const server = await startServer(contender, review, bench.serverPin);
      const { listeningMs, answeredMs, pid } = server;
      const used = { cpuMs: cpuMs(pid) ?? Number.NaN, rssMiB: rssMiB(pid) ?? Number.NaN };
      starts.push({ server: contender.name, listeningMs, answeredMs, ...used });
      await server.stop();
    }
  }
  return bench.contenders.map(({ name }) =>
    middle(
      name,
      starts.filter(({ server }) => server === name),
    ),
  );
}

function middle(server: string, starts: ColdStart[]): ColdStart {
  const of = (key: Exclude<keyof ColdStart, 'server'>) => median(starts.map((start) => start[key]));
  return {
    server,
    listeningMs: of('listeningMs'),
    answeredMs: of('answeredMs'),
    cpuMs: of('cpuMs'),
    rssMiB: of('rssMiB'),
  };
}
