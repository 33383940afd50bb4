import { describe, expect, it } from 'vitest';
import {
  type AuthorityState,
  caBundle,
  certificateOf,
  certificatesOf,
  newCa,
  readCertificates,
} from '../../src/certs/authority.ts';
import { parseState, renderState } from '../../src/certs/state.ts';
import { lifetimes, pooledKeys } from './replicas.ts';

const minute = 60_000;
const start = new Date('2026-11-22T12:00:00Z');
const at = (minutes: number) => new Date(start.getTime() + minutes * minute);
const ca = async (minutes: number) => newCa(await pooledKeys(), at(minutes), lifetimes);
const [older, first, second] = [certificateOf(await ca(-40)), await ca(0), await ca(40)];

const fresh: AuthorityState = { previous: [], current: first };
const rotating: AuthorityState = { previous: [], current: first, next: second };
const dated: AuthorityState = { previous: [], current: first, next: { ...second, signsAt: at(51) } };
const promoted: AuthorityState = { previous: [certificateOf(first)], current: second };

describe('the Secret', () => {
  it.each([{ state: fresh }, { state: rotating }, { state: dated }, { state: promoted }])(
    'comes back as it was written (%#)',
    ({ state }) => {
      const { problems, ...stored } = parseState(renderState(state), at(50));
      expect(problems).toEqual([]);
      expect(stored).toEqual(state);
    },
  );

  it('has the keys that people see in kubectl describe', () => {
    const all = { ...dated, previous: [older] };
    const keys = ['current.crt', 'current.key', 'next-signs-at', 'next.crt', 'next.key', 'previous.crt'];
    expect(Object.keys(renderState(all)).sort()).toEqual(keys);
    expect(renderState(all)['next-signs-at']?.toString()).toBe('2026-11-22T12:51:00.000Z');
  });

  it('never shows a key in what it says about it', () => {
    const { problems } = parseState(
      { ...renderState(fresh), 'current.key': Buffer.from(second.privateKeyPem.slice(0, 900)) },
      at(1),
    );
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain(second.privateKeyPem.slice(40, 80));
  });
});

describe('the caBundle', () => {
  it('is every CA of the Secret, the oldest first, each once', () => {
    const state = { ...dated, previous: [older, first] };
    expect(caBundle(state)).toBe(older.certificatePem + first.certificatePem + second.certificatePem);
    expect(readCertificates(caBundle(state))).toEqual({ certificates: certificatesOf(state), clean: true });
  });

  it.each([
    { name: 'text around certificates', text: `# ours\n${first.certificatePem}`, count: 1 },
    { name: 'half a certificate', text: first.certificatePem.slice(0, 300), count: 0 },
    { name: 'a certificate with a damaged middle', text: first.certificatePem.replace(/.{40}\n/, 'x\n'), count: 0 },
    { name: 'a key', text: first.privateKeyPem, count: 0 },
  ])('is not clean with $name', ({ text, count }) => {
    const { certificates, clean } = readCertificates(text);
    expect([certificates.length, clean]).toEqual([count, false]);
  });
});
