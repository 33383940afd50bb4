import { describe, expect, it } from 'vitest';
import { type CaCertificate, certificateOf, newCa } from '../../src/certs/authority.ts';
import { hookProblem, trustedByHook } from '../../src/certs/hook.ts';
import type { Hook } from '../../src/certs/stores.ts';
import { lifetimes, pooledKeys } from './replicas.ts';

const now = new Date('2026-11-22T12:00:00Z');
const [first, second] = [newCa(await pooledKeys(), now, lifetimes), newCa(await pooledKeys(), now, lifetimes)];
const both = first.certificatePem + second.certificatePem;

const hook = (...bundles: (string | undefined)[]): Hook => ({
  webhooks: bundles.map((pem, index) => ({
    name: `webhook-${index}`,
    ...(pem !== undefined && { caBundle: Buffer.from(pem).toString('base64') }),
  })),
});

describe('the hook', () => {
  it.each<{ name: string; hook: Hook | undefined; trusted: CaCertificate[]; problem?: string }>([
    { name: 'that is not there is nobody’s', hook: undefined, trusted: [] },
    { name: 'without webhooks has no bundle to be wrong', hook: hook(), trusted: [] },
    { name: 'as applied trusts nobody', hook: hook(undefined), trusted: [], problem: 'its caBundle is empty' },
    { name: 'is right', hook: hook(both), trusted: [first, second] },
    { name: 'is right for all its webhooks', hook: hook(both, both), trusted: [first, second] },
    {
      name: 'lacks a CA',
      hook: hook(first.certificatePem),
      trusted: [first],
      problem: `its caBundle lacks ${second.subject}`,
    },
    {
      name: 'lacks a CA in one of its webhooks',
      hook: hook(both, second.certificatePem),
      trusted: [second],
      problem: `its caBundle lacks ${first.subject}`,
    },
    {
      name: 'has more',
      hook: hook(`${both}${both}x`),
      trusted: [first, second],
      problem: 'its caBundle holds more than the CAs of the Secret',
    },
  ])('$name', ({ hook, trusted, problem }) => {
    expect(trustedByHook(hook)).toEqual(trusted.map(certificateOf));
    expect(hookProblem(hook, both)).toBe(problem);
  });
});
