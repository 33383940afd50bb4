import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contenders.ts';
import type { LoadResult } from './load.ts';
import type { LoadGenerator } from './load-generator.ts';
import { cpuMs, rssMiB } from './machine.ts';
import type { Options } from './options.ts';
import { makeReview, type ReviewSize } from './review.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** One measurement: one server, for a moment, under one number of connections. */
export interface Sample extends LoadResult {
  requestsPerSecond: number;
  cpuMicrosPerRequest?: number;
}

export interface Series {
  server: string;
  connections: number;
  /** One for each round, in order: the samples of one round in all series were taken one after the other. */
  samples: Sample[];
}

export interface SizeResult {
  size: ReviewSize;
  series: Series[];
  /** Of each server: variables its answer adds, resident memory after the last round, reviews answered until then. */
  servers: { server: string; variables: number; rssMiB?: number; reviews: number }[];
}

export const connectionCounts = [1, 16] as const;

/** The most the generator may use of its core before its own speed is what limits a server's. */
export const busyLimit = 0.9;

export interface Bench {
  contenders: readonly Contender[];
  folder: string;
  serverPin: readonly string[];
  load: LoadGenerator;
  options: Options;
}

/** Measures all servers with reviews of one size, in rounds in which each server has its turn. */
export async function measureSize(bench: Bench, size: ReviewSize): Promise<SizeResult> {
  const review = makeReview(size);
  const reviewFile = join(bench.folder, `review-${size.name}.json`);
  writeFileSync(reviewFile, review);
  const servers: ServerProcess[] = [];
  try {
    for (const contender of bench.contenders) servers.push(await startServer(contender, review, bench.serverPin));
    return await measureServers(bench, size, reviewFile, servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

async function measureServers(
  { load, options }: Bench,
  size: ReviewSize,
  reviewFile: string,
  servers: ServerProcess[],
): Promise<SizeResult> {
  const { roundSeconds, warmUpSeconds } = options;
  const reviews = new Map<ServerProcess, number>();
  const take = async (server: ServerProcess, connections: number, seconds: number) => {
    const { port, first } = server;
    const before = cpuMs(server.pid);
    const result = await load.run({ port, reviewFile, bodyBytes: first.bodyBytes, connections, seconds });
    reviews.set(server, (reviews.get(server) ?? 0) + result.requests);
    return sample(result, before, cpuMs(server.pid));
  };
  const series = connectionCounts.flatMap((connections) =>
    servers.map((server): Series => ({ server: server.contender.name, connections, samples: [] })),
  );
  for (const server of servers) await take(server, Math.max(...connectionCounts), warmUpSeconds);
  for (let round = 0; round < options.rounds; round += 1) {
    // There and back, so that no server always comes after the same other one.
    for (const { server: name, connections, samples } of round % 2 === 0 ? series : series.toReversed()) {
      const server = servers.find(({ contender }) => contender.name === name);
      if (server !== undefined) samples.push(await take(server, connections, roundSeconds));
    }
  }
  return { size, series, servers: servers.map((server) => summary(server, reviews.get(server) ?? 0)) };
}

function summary(server: ServerProcess, reviews: number): SizeResult['servers'][number] {
  const memory = rssMiB(server.pid);
  const { contender, first } = server;
  return {
    server: contender.name,
    variables: first.variables,
    reviews,
    ...(memory === undefined ? {} : { rssMiB: memory }),
  };
}

function sample(result: LoadResult, before: number | undefined, after: number | undefined): Sample {
  const requestsPerSecond = result.requests / result.seconds;
  if (before === undefined || after === undefined) return { ...result, requestsPerSecond };
  return { ...result, requestsPerSecond, cpuMicrosPerRequest: ((after - before) * 1000) / result.requests };
}
