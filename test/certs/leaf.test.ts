import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type CaCertificate, newCa } from '../../src/certs/authority.ts';
import { type Leaf, leafDueAt, planLeaf, signer, type Trust } from '../../src/certs/leaf.ts';
import { Serving } from '../../src/certs/serving.ts';
import { lifetimes, pooledKeys, webhookName } from './replicas.ts';

const minute = 60_000;
const start = new Date('2026-11-22T12:00:00Z');
const at = (minutes: number) => new Date(start.getTime() + minutes * minute);
const [first, second] = [newCa(await pooledKeys(), at(0), lifetimes), newCa(await pooledKeys(), at(40), lifetimes)];

const only =
  (...cas: CaCertificate[]) =>
  (ca: CaCertificate) =>
    cas.includes(ca);

describe('the CA that signs', () => {
  const dated = { previous: [], current: first, next: { ...second, signsAt: at(51) } };
  const [both, oldOnly, newOnly, none] = [() => true, only(first), only(dated.next), only()];
  it.each([
    { name: 'is current before the time of next', got: signer(dated, at(50.9), both), want: first },
    { name: 'is next from its time on', got: signer(dated, at(51), both), want: dated.next },
    { name: 'is current while next is not in the hook', got: signer(dated, at(55), oldOnly), want: first },
    { name: 'is next where current is not in the hook', got: signer(dated, at(55), newOnly), want: dated.next },
    { name: 'is none before the time of next, if only next is there', got: signer(dated, at(45), newOnly) },
    { name: 'is none that is not in the hook', got: signer(dated, at(55), none) },
    { name: 'is never a next without a time', got: signer({ ...dated, next: second }, at(55), both), want: first },
  ])('$name', ({ got, want }) => {
    expect(got).toBe(want);
  });
});

describe('a new leaf', () => {
  const leaf: Leaf = {
    certificatePem: '',
    privateKeyPem: '',
    authority: first,
    issuedAt: at(0),
    startsAt: at(-5),
    endsAt: at(9),
  };
  const trust = (minutes: number, changes: Partial<Trust> = {}): Trust => ({
    now: at(minutes),
    lifetimes,
    inHook: () => true,
    inSecret: () => true,
    ...changes,
  });
  it.each<{ name: string; got: string | undefined; want?: string | RegExp }>([
    { name: 'is needed where there is none', got: planLeaf(undefined, first, trust(0)), want: 'there is none yet' },
    { name: 'is not needed in the first two thirds', got: planLeaf(leaf, first, trust(5.9)) },
    { name: 'is not needed because another CA signs now', got: planLeaf(leaf, second, trust(5.9)) },
    { name: 'is needed after that', got: planLeaf(leaf, first, trust(6)), want: 'two thirds of its life are over' },
    { name: 'is needed after the end', got: planLeaf(leaf, first, trust(9)), want: /^it ended at 2026-11-22T12:09/ },
    { name: 'is needed if the clock was set back', got: planLeaf(leaf, first, trust(-6)), want: /^it is valid only/ },
    {
      name: 'is needed if callers do not know its CA',
      got: planLeaf(leaf, second, trust(1, { inHook: only(second) })),
      want: 'its CA is not in the webhook configuration',
    },
    {
      name: 'is needed if its CA is about to go',
      got: planLeaf(leaf, second, trust(1, { inSecret: only(second) })),
      want: 'its CA is not in the Secret',
    },
    {
      name: 'is not needed if it would not live longer',
      got: planLeaf({ ...leaf, issuedAt: at(52), endsAt: at(60) }, first, trust(59)),
    },
  ])('$name', ({ got, want }) => (want === undefined ? expect(got).toBeUndefined() : expect(got).toMatch(want)));

  it('is due after two thirds of its life, however far back it was dated', () => {
    expect(new Date(leafDueAt(leaf))).toEqual(at(6));
  });
});

describe('what serves', () => {
  const setUp = (onChange: () => void) =>
    new Serving({ names: [webhookName, 'localhost'], lifetimes, newKeys: pooledKeys, onChange });

  it('is signed for the names, from five minutes ago, and not beyond its CA', async () => {
    const leaf = await setUp(() => undefined).renew(first, at(55));
    const certificate = new X509Certificate(leaf.certificatePem);
    expect(certificate.subjectAltName).toBe(`DNS:${webhookName}, DNS:localhost`);
    expect([leaf.startsAt, leaf.endsAt]).toEqual([at(50), at(60)]);
    expect(certificate.checkIssued(new X509Certificate(first.certificatePem))).toBe(true);
  });

  it('stays when the new one would not be accepted', async () => {
    const serving = setUp(() => undefined);
    const leaf = await serving.renew(first, at(1));
    await expect(serving.renew(first, at(61))).rejects.toThrow(/cannot serve the certificate just signed: it ends/);
    await expect(serving.renew({ ...first, privateKeyPem: second.privateKeyPem }, at(2))).rejects.toThrow(/another CA/);
    expect(serving.leaf).toBe(leaf);
  });

  it('stays when the new one cannot be put into service', async () => {
    let fails = false;
    const serving = setUp(() => {
      if (fails) throw new Error('no');
    });
    const leaf = await serving.renew(first, at(1));
    fails = true;
    await expect(serving.renew(first, at(2))).rejects.toThrow('no');
    expect(serving.leaf).toBe(leaf);
  });
});
