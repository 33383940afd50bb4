import { describe, expect, it } from 'vitest';
import { authorityProblem, servingProblem } from '../../src/certs/inspect.ts';
import { newKeyPair } from '../../src/certs/keys.ts';
import { dayMs, makeAuthority, makeServing, now } from './pairs.ts';

const authority = makeAuthority();
const serving = makeServing(authority);
const strangers = await newKeyPair();
const at = (days: number) => new Date(now.getTime() + days * dayMs);

describe('an authority', () => {
  const { certificatePem, privateKeyPem } = authority;
  it.each([
    { name: 'is fine today', got: authorityProblem(certificatePem, privateKeyPem, now), want: undefined },
    {
      name: 'has ended',
      got: authorityProblem(certificatePem, privateKeyPem, at(366)),
      want: /^it ends at 2027-11-22/,
    },
    {
      name: 'ends too soon',
      got: authorityProblem(certificatePem, privateKeyPem, at(364), 2 * dayMs),
      want: /^it ends at/,
    },
    {
      name: 'is from the future',
      got: authorityProblem(certificatePem, privateKeyPem, at(-1)),
      want: /^it is valid only from/,
    },
    {
      name: 'has another key',
      got: authorityProblem(certificatePem, strangers.privateKeyPem, now),
      want: /key is not its own/,
    },
    { name: 'is no CA', got: authorityProblem(serving.certificatePem, serving.privateKeyPem, now), want: /not a CA/ },
    { name: 'is garbage', got: authorityProblem('garbage', privateKeyPem, now), want: /^it cannot be read/ },
    { name: 'has a garbage key', got: authorityProblem(certificatePem, '', now), want: /^it cannot be read/ },
  ])('$name', ({ got, want }) => (want === undefined ? expect(got).toBeUndefined() : expect(got).toMatch(want)));
});

describe('a serving certificate', () => {
  const problem = (changes = {}, names = ['localhost'], when = now) =>
    servingProblem({ authorityPem: authority.certificatePem, ...serving, ...changes }, names, when);
  const other = makeAuthority({ keys: strangers });
  const nameless = makeServing(authority, { commonName: 'only.example.com', names: ['x.example.com'] });
  it.each([
    { name: 'is fine today', got: problem(), want: undefined },
    { name: 'is fine for an address', got: problem({}, ['127.0.0.1']), want: undefined },
    { name: 'has ended', got: problem({}, ['localhost'], at(2)), want: /^it ends at/ },
    { name: 'lacks a name', got: problem({}, ['localhost', 'example.com']), want: /does not name example.com/ },
    { name: 'lacks an address', got: problem({}, ['::1']), want: /does not name ::1/ },
    {
      name: 'has the name only as its common name',
      got: problem(nameless, ['only.example.com']),
      want: /does not name/,
    },
    {
      name: 'is of another CA with the same name',
      got: problem({ authorityPem: other.certificatePem }),
      want: /another CA/,
    },
    { name: 'has another key', got: problem({ privateKeyPem: strangers.privateKeyPem }), want: /key is not its own/ },
    { name: 'is garbage', got: problem({ certificatePem: '-----BEGIN' }), want: /^it cannot be read/ },
  ])('$name', ({ got, want }) => (want === undefined ? expect(got).toBeUndefined() : expect(got).toMatch(want)));
});
