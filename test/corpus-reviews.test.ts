import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import jsonpatch from 'fast-json-patch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { developmentCertificate } from '../src/certs/development.ts';
import { inject } from '../src/commands/inject.ts';
import { injectionHash } from '../src/config/hash.ts';
import { defaultSettings } from '../src/config/settings.ts';
import { createWebhookServer, listen } from '../src/server/server.ts';
import { context, operationsOf, type ReviewAnswerBody } from './admission/context.ts';
import { recordedIo } from './commands/io.ts';
import { corpusFiles } from './corpus.ts';
import { readReview, reviewNames } from './reviews.ts';
import { listenerForTest } from './server/listening.ts';

const reviews = [
  ...reviewNames.map((name) => ({ name, read: () => readReview(name) })),
  ...corpusFiles('reviews')
    .filter((file) => !path.basename(file).startsWith('special-'))
    .map((file) => ({ name: path.basename(file, '.json'), read: () => readFileSync(file) })),
];

const folder = mkdtempSync(path.join(tmpdir(), 'corpus-reviews-'));
const version = '1.2.3-test';
let post: (body: Buffer) => Promise<ReviewAnswerBody>;
let close: () => void;

beforeAll(async () => {
  const certificate = await developmentCertificate(folder, new Date());
  const { listener } = listenerForTest({
    context: context({
      settings: () => ({ injection: defaultSettings, stamp: { version, config: injectionHash(defaultSettings) } }),
      clusterIPs: () => [],
      now: () => performance.now(),
    }),
  });
  const server = createWebhookServer(listener, certificate, 5000);
  const port = await listen(server, 0, 'the webhook');
  const agent = new Agent({ keepAlive: true, ca: readFileSync(certificate.authorityFile) });
  post = (body) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': body.length };
      request(`https://localhost:${port}/mutate-pods?timeout=2s`, { agent, method: 'POST', headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      })
        .on('error', reject)
        .end(body);
    });
  close = () => {
    agent.destroy();
    server.close();
  };
});

afterAll(() => {
  close();
  rmSync(folder, { recursive: true });
});

async function throughCommandLine(body: Buffer): Promise<ReviewAnswerBody> {
  const { io, written } = recordedIo({
    version,
    stdin: (async function* () {
      yield body;
    })(),
  });
  await inject.run({ filename: ['-'], review: true }, [], io);
  return JSON.parse(written.stdout);
}

describe('reviews that an API server sent', () => {
  it.each(reviews)(
    '$name: webhook and command line agree, the patch applies, a second pass has none',
    async ({ read }) => {
      const body = read();
      const answer = await post(body);
      expect(answer.response?.allowed).toBe(true);
      expect(await throughCommandLine(body)).toEqual(answer);

      const review = JSON.parse(body.toString());
      const operations = operationsOf(answer);
      jsonpatch.applyPatch(review.request.object, operations as jsonpatch.Operation[], true);
      const again = await post(Buffer.from(JSON.stringify(review)));
      expect(operationsOf(again)).toEqual([]);
    },
  );
});
