import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import supertest from 'supertest';
import { expect } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { readReview } from '../reviews.ts';
import { imageStage, startImage } from './image.ts';
import { only } from './dockerfile.ts';

export async function printsItsVersion(image: string): Promise<void> {
  const { said, ended } = startImage(image, ['--version']);
  expect(await ended).toBe(0);
  expect(said).toEqual({ stdout: `${packageJson.version}\n`, stderr: '' });
}

/** With the image's CMD, as far as that goes without a cluster. */
export async function answersReviews(image: string): Promise<void> {
  const command = only(imageStage, 'CMD');
  const { child, cwd, said, ended } = startImage(image, [...command, '--standalone', '--port=0', '--metrics-port=0']);
  while (!said.stderr.includes('try it') && child.exitCode === null) await sleep(5);
  const url = /webhook (https:\S+:\d+)/.exec(said.stderr)?.[1] ?? said.stderr;
  const { body } = await supertest(url)
    .post('/mutate-pods?timeout=2s')
    .ca(readFileSync(path.join(cwd, 'certs/ca.crt'), 'utf8'))
    .set('content-type', 'application/json')
    .send(readReview('special-no-env').toString());
  expect(body.response).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

/** Up to the point where there is no cluster; everything that takes has been loaded by then. */
export async function looksForACluster(image: string): Promise<void> {
  const { said, ended } = startImage(image, [...only(imageStage, 'CMD'), '--port=0', '--metrics-port=0']);
  expect(await ended).toBe(2);
  expect(said.stderr).toContain('no way to a cluster was found');
}
