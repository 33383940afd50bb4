import { describe, expect, test } from 'vitest';
import { languages } from '../../src/retry/language.ts';
import type { Language, Protocol } from '../../src/retry/language.ts';
import { profiles } from '../../src/retry/profiles.ts';
import { parseDuration, parseInUnit, seconds } from '../../src/retry/quantity.ts';
import { universalVariables } from '../../src/retry/universal.ts';
import { codes, cpp, type Given, run, timeout, universal, valuesOf } from './container.ts';

describe('with the default target of 30 s', () => {
  test.each<{ language?: Language; protocol?: Protocol; adds: Record<string, string> }>([
    { adds: {} },
    { language: 'java', adds: { [timeout]: '60000' } },
    { language: 'java', protocol: 'grpc', adds: { [timeout]: '60000' } },
    { language: 'python', adds: { [timeout]: '40' } },
    { language: 'python', protocol: 'grpc', adds: { [timeout]: '40' } },
    { language: 'nodejs', adds: { [timeout]: '20000' } },
    { language: 'nodejs', protocol: 'http/json', adds: { [timeout]: '20000' } },
    { language: 'go', protocol: 'grpc', adds: { [timeout]: '60000' } },
    { language: 'go', adds: {} },
    { language: 'dotnet', adds: { [timeout]: '60000' } },
    { language: 'dotnet', protocol: 'grpc', adds: { [timeout]: '60000' } },
    {
      language: 'cpp',
      protocol: 'grpc',
      adds: {
        [timeout]: '60s',
        [`${cpp}_MAX_ATTEMPTS`]: '5',
        [`${cpp}_INITIAL_BACKOFF`]: '4.0',
        [`${cpp}_MAX_BACKOFF`]: '16.0',
        [`${cpp}_BACKOFF_MULTIPLIER`]: '2.0',
      },
    },
    { language: 'cpp', adds: {} },
    { language: 'ruby', adds: {} },
    { language: 'php', adds: { [timeout]: '2000' } },
    { language: 'rust', adds: { [timeout]: '60000' } },
    { language: 'rust', protocol: 'grpc', adds: {} },
    { language: 'nodejs', protocol: 'grpc', adds: { [timeout]: '60000' } },
    { language: 'erlang', adds: {} },
  ])('$language over $protocol gets $adds', ({ adds, ...given }) => {
    expect(valuesOf(run(given))).toEqual({ ...universal, ...adds });
  });

  test('keeps one order: universal first, as in the table', () => {
    const names = run({ language: 'java' }).variables.map(({ name }) => name);
    expect(names).toEqual([...universalVariables.map(({ name }) => name), timeout]);
  });

  test('marks where each variable comes from, and why', () => {
    for (const { origin, purpose, name } of run({ language: 'java' }).variables) {
      expect(origin).toBe(name === timeout ? 'language' : 'universal');
      expect(purpose).toMatch(/\.$/);
    }
  });
});

describe('for any target', () => {
  // The units once more, not from the table: 40 must never reach an SDK that reads milliseconds, nor 60000 one that reads seconds.
  const reads: Partial<Record<Language, RegExp>> = { python: /^\d{2,3}$/, cpp: /^\d+s$/ };
  const targets = [...Array.from({ length: 65 }, (_, index) => index + 1), 90, 100, 111, 120, 180, 250, 300];

  test.each(profiles)('$language over $transport gets no value in a wrong unit', (profile) => {
    const protocol = profile.transport === 'grpc' ? 'grpc' : 'http/protobuf';
    for (const survive of targets) {
      const values = valuesOf(run({ language: profile.language, protocol, survive }));
      const raised = values[timeout];
      const exporting = parseInUnit(values['OTEL_BSP_EXPORT_TIMEOUT'] ?? '', 'ms')?.ms ?? 0;
      expect(exporting).toBe(Math.max(30_000, survive * 2000 + 5000));
      if (raised === undefined) continue;
      expect(raised).toMatch(reads[profile.language] ?? /^\d{4,6}$/);
      const intended =
        profile.aim?.kind === 'fixed' ? 2 : Math.min(survive * 2, (ceilingOf(profile)?.ms ?? 1e9) / 1000);
      expect(parseInUnit(raised, profile.timeout.unit)).toEqual(seconds(intended));
      expect(exporting).toBeGreaterThan(intended * 1000);
    }
  });

  function ceilingOf({ aim }: (typeof profiles)[number]) {
    return aim?.kind === 'target' ? aim.ceiling : undefined;
  }

  test('no timeout is ever lowered below the default of the SDK, but in PHP', () => {
    for (const language of languages.filter((name) => name !== 'php')) {
      for (const survive of [1, 3, 5])
        expect(valuesOf(run({ language, protocol: 'grpc', survive }))[timeout]).toBeUndefined();
    }
  });

  test('a longer target never survives less', () => {
    for (const { language, transport } of profiles) {
      const protocol = transport === 'grpc' ? 'grpc' : 'http/protobuf';
      const medians = [10, 20, 30, 60, 120, 300].map(
        (survive) => run({ language, protocol, survive }).survival.refused.typical?.ms ?? 0,
      );
      expect(medians).toEqual([...medians].sort((a, b) => a - b));
    }
  });

  test('the four variables of C++ fit its timeout', () => {
    for (const survive of targets) {
      const values = valuesOf(run({ language: 'cpp', protocol: 'grpc', survive }));
      if (values[timeout] === undefined) continue;
      const initial = Number(values[`${cpp}_INITIAL_BACKOFF`]);
      expect(Number(values[`${cpp}_MAX_BACKOFF`])).toBeCloseTo(initial * 4, 5);
      expect(initial * 11 * 1.2).toBeLessThanOrEqual((parseDuration(values[timeout])?.ms ?? 0) / 1000);
    }
  });
});

describe('the strength of the evidence', () => {
  test('Python by a hint gets universal variables only, and is told so', () => {
    const given = { language: 'python', strength: 'hint' } as const;
    expect(valuesOf(run(given))).toEqual(universal);
    expect(codes(given)).toContain('python-hint-only');
  });

  test('is of no interest where the user set the timeout', () => {
    expect(codes({ language: 'python', strength: 'hint', user: { [timeout]: '20' } })).not.toContain(
      'python-hint-only',
    );
  });

  test('Python by its command gets seconds', () => {
    expect(valuesOf(run({ language: 'python', strength: 'command' }))[timeout]).toBe('40');
  });

  test('Rust gets milliseconds by the annotation alone', () => {
    expect(valuesOf(run({ language: 'rust', strength: 'command' }))).toEqual(universal);
    expect(valuesOf(run({ language: 'rust' }))[timeout]).toBe('60000');
  });

  test('a hint is enough for milliseconds', () => {
    expect(valuesOf(run({ language: 'java', strength: 'hint' }))[timeout]).toBe('60000');
  });

  test('no language variable comes without a language', () => {
    expect(run({}).variables.every(({ origin }) => origin === 'universal')).toBe(true);
    expect(codes({ disagree: true })).toContain('language-disagrees');
    expect(codes({})).toContain('language-unknown');
    expect(run({}).survival).toEqual({ refused: { evidence: 'unknown' }, dropped: { evidence: 'unknown' } });
  });
});

describe('queues', () => {
  const bsp = 'OTEL_BSP_MAX_QUEUE_SIZE';
  const batch = 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE';
  const MiB = 1024 ** 2;
  test.each<{ name: string; given: Given; want: string | undefined }>([
    { name: 'the setting', given: {}, want: '8192' },
    { name: 'the small one below the small memory limit', given: { memoryLimitBytes: 255 * MiB }, want: '2048' },
    { name: 'the setting at the small memory limit', given: { memoryLimitBytes: 256 * MiB }, want: '8192' },
    { name: 'the user’s batch size where that is larger', given: { user: { [batch]: '10000' } }, want: '10000' },
    { name: 'the same in a small container', given: { memoryLimitBytes: 1, user: { [batch]: '4096' } }, want: '4096' },
    { name: 'a small batch changes nothing', given: { user: { [batch]: '16' } }, want: '8192' },
    { name: 'nothing where the batch size is opaque', given: { user: { [batch]: null } }, want: undefined },
    { name: 'nothing where it is not a number', given: { user: { [batch]: '$(BATCH)' } }, want: undefined },
    { name: 'nothing where it is empty', given: { user: { [batch]: '' } }, want: undefined },
    { name: 'nothing where the user set it', given: { user: { [bsp]: '100' } }, want: undefined },
  ])('$name', ({ given, want }) => {
    expect(valuesOf(run(given))[bsp]).toBe(want);
  });

  test('one signal’s batch size does not touch the other’s queue', () => {
    const values = valuesOf(run({ user: { [batch]: '10000' } }));
    expect(values['OTEL_BLRP_MAX_QUEUE_SIZE']).toBe('8192');
  });

  test('a container that runs to completion gets nothing else', () => {
    const result = run({ language: 'java', runToCompletion: true });
    expect(Object.keys(valuesOf(result))).toEqual([bsp, 'OTEL_BLRP_MAX_QUEUE_SIZE']);
    expect(result.notes.map(({ code }) => code)).toEqual(['run-to-completion']);
  });
});
