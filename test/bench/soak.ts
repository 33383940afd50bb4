import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rssMiB } from './machine.ts';
import { makeReview, type ReviewSize } from './review.ts';
import type { Bench } from './rounds.ts';
import { startServer } from './server-process.ts';

export interface SoakPoint {
  reviews: number;
  rssMiB: number;
}

const parts = 10;

/** The memory of the first server after each tenth of `reviews`; `report` hears of each point as it is taken. */
export async function soak(
  { contenders, folder, serverPin, load }: Bench,
  size: ReviewSize,
  reviews: number,
  report: (point: SoakPoint) => void,
): Promise<SoakPoint[]> {
  const [contender] = contenders;
  if (contender === undefined) return [];
  const review = makeReview(size);
  const reviewFile = join(folder, `review-${size.name}.json`);
  writeFileSync(reviewFile, review);
  const server = await startServer(contender, review, serverPin);
  const points: SoakPoint[] = [];
  try {
    for (let part = 1; part <= parts; part += 1) {
      const requests = Math.round((reviews * part) / parts) - Math.round((reviews * (part - 1)) / parts);
      await load.run({ port: server.port, reviewFile, bodyBytes: server.first.bodyBytes, connections: 16, requests });
      const point = { reviews: Math.round((reviews * part) / parts), rssMiB: rssMiB(server.pid) ?? Number.NaN };
      report(point);
      points.push(point);
    }
  } finally {
    await server.stop();
  }
  return points;
}
