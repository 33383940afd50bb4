import { describe, expect, test } from 'vitest';
import { longestMs } from '../../src/retry/backoff.ts';
import { choosableProtocols, choosableProtocol, languages, transportOf } from '../../src/retry/language.ts';
import { noteCodes } from '../../src/retry/notes.ts';
import { profileOf, profiles } from '../../src/retry/profiles.ts';
import { seconds } from '../../src/retry/quantity.ts';
import type { Unit } from '../../src/retry/quantity.ts';
import { sources } from '../../src/retry/sources.ts';
import { universalVariables } from '../../src/retry/universal.ts';

test('there is exactly one row for each language and transport', () => {
  const rows = profiles.map(({ language, transport }) => `${language} ${transport}`).sort();
  expect(rows).toEqual(languages.flatMap((language) => [`${language} grpc`, `${language} http`]).sort());
});

test('the units are those of the SDKs', () => {
  // Written out a second time on purpose: a wrong one destroys telemetry.
  const units: Record<(typeof languages)[number], Unit> = {
    java: 'ms',
    python: 's',
    nodejs: 'ms',
    go: 'ms',
    dotnet: 'ms',
    cpp: 'suffixed',
    ruby: 's',
    php: 'ms',
    rust: 'ms',
    erlang: 'ms',
  };
  expect(Object.fromEntries(profiles.map(({ language, timeout }) => [language, timeout.unit]))).toEqual(units);
});

describe.each(profiles)('$language over $transport', (profile) => {
  test('names its source and why its timeout is what it is', () => {
    expect(sources[profile.language].files.length).toBeGreaterThan(0);
    expect(profile.timeout.why).toMatch(/\.$/);
  });

  test('says that it retries exactly where it has a backoff', () => {
    if (profile.refused.retried) expect(profile.backoff).toBeDefined();
    if (profile.backoff === undefined) expect(profile.refused.retried).toBe(false);
  });

  test('has a ceiling that leaves its attempts the time they need', () => {
    if (profile.aim?.kind !== 'target' || profile.aim.ceiling === undefined || profile.backoff === undefined) return;
    const { dropped } = profile;
    const connect = dropped.kind === 'connect' && typeof dropped.limit === 'object' ? dropped.limit : seconds(0);
    const needed = longestMs(profile.backoff, connect) + connect.ms;
    expect(profile.aim.ceiling.ms).toBeGreaterThanOrEqual(needed);
    expect(profile.aim.ceiling.ms).toBeLessThan(needed + 10_000);
  });

  test('warns in words of its own, under a code in the list', () => {
    if (profile.warning !== undefined) expect(Object.keys(noteCodes)).toContain(profile.warning.code);
  });
});

test('http/json goes the way of http/protobuf', () => {
  expect(profileOf('java', 'http/json')).toBe(profileOf('java', 'http/protobuf'));
  expect(transportOf('http/json')).toBe('http');
});

test('an unknown language has no profile', () => {
  expect(profileOf(undefined, 'grpc')).toBeUndefined();
});

describe('choosableProtocol', () => {
  test.each([
    { name: 'Go is gRPC by habit', language: 'go', preferred: 'http/protobuf', want: 'grpc' },
    { name: 'Node.js is never gRPC', language: 'nodejs', preferred: 'grpc', want: 'http/protobuf' },
    { name: 'Ruby has only HTTP', language: 'ruby', preferred: 'grpc', want: 'http/protobuf' },
    { name: 'Java takes what is preferred', language: 'java', preferred: 'grpc', want: 'grpc' },
    { name: 'an unknown language takes what is preferred', language: undefined, preferred: 'grpc', want: 'grpc' },
    { name: 'the default stays', language: 'python', preferred: 'http/protobuf', want: 'http/protobuf' },
  ] as const)('$name', ({ language, preferred, want }) => {
    expect(choosableProtocol(language, preferred)).toBe(want);
  });

  test('no protocol is offered that the table warns of', () => {
    for (const language of languages) {
      const [usual] = choosableProtocols[language];
      const code = profileOf(language, usual)?.warning?.code;
      expect([undefined, 'php-blocks-the-request', 'cpp-http-loses-refused']).toContain(code);
    }
  });
});

test.each(universalVariables)('$name says why it is there and what it could break', ({ why, harm }) => {
  expect(why).toMatch(/\.$/);
  expect(harm).toMatch(/\.$/);
});
