import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Strength } from '../../src/retry/evidence.ts';
import { languages } from '../../src/retry/language.ts';
import type { Protocol } from '../../src/retry/language.ts';
import { profiles } from '../../src/retry/profiles.ts';
import { cpp, type Given, run, timeout, universal, valuesOf } from './container.ts';

describe('what the user set', () => {
  const bsp = 'OTEL_BSP_EXPORT_TIMEOUT';
  const blrp = 'OTEL_BLRP_EXPORT_TIMEOUT';
  const initial = `${cpp}_INITIAL_BACKOFF`;
  const logsInitial = 'OTEL_CPP_EXPORTER_OTLP_LOGS_RETRY_INITIAL_BACKOFF';
  const traces = 'OTEL_EXPORTER_OTLP_TRACES_TIMEOUT';

  test.each<{ name: string; given: Given; want: Record<string, string | undefined> }>([
    {
      name: 'its timeout stays, and the export timeout outlasts it',
      given: { language: 'java', user: { [timeout]: '90000' } },
      want: { [timeout]: undefined, [bsp]: '95000', [blrp]: '95000' },
    },
    {
      name: 'its timeout is read in the unit of the language',
      given: { language: 'python', user: { [timeout]: '90' } },
      want: { [timeout]: undefined, [bsp]: '95000' },
    },
    {
      name: 'Java’s may have its unit behind it',
      given: { language: 'java', user: { [timeout]: '2m' } },
      want: { [bsp]: '125000' },
    },
    {
      name: 'one that cannot be read stays',
      given: { language: 'java', user: { [timeout]: null } },
      want: { [timeout]: undefined, [bsp]: '65000' },
    },
    {
      name: 'an empty one stays',
      given: { language: 'java', user: { [timeout]: '' } },
      want: { [timeout]: undefined, [bsp]: '65000' },
    },
    {
      name: 'with the language unknown it counts as milliseconds',
      given: { user: { [timeout]: '90000' } },
      want: { [bsp]: '95000' },
    },
    {
      name: 'one of a signal is outlasted by that signal’s export timeout',
      given: { language: 'java', user: { [traces]: '90000' } },
      want: { [timeout]: '60000', [bsp]: '95000', [blrp]: '65000' },
    },
    {
      name: 'a value in an impossible unit is not followed',
      given: { language: 'python', user: { [timeout]: '600000000' } },
      want: { [bsp]: '65000' },
    },
    {
      name: 'its export timeout caps our timeout',
      given: { language: 'go', protocol: 'grpc', user: { [bsp]: '45500' } },
      want: { [bsp]: undefined, [timeout]: '45000', [blrp]: '65000' },
    },
    {
      name: 'an export timeout below the default leaves the timeout alone',
      given: { language: 'java', user: { [bsp]: '5000' } },
      want: { [timeout]: undefined },
    },
    {
      name: 'an export timeout that cannot be read leaves the timeout alone',
      given: { language: 'java', user: { [bsp]: null } },
      want: { [timeout]: undefined, [bsp]: undefined },
    },
    {
      name: 'its export timeout for logs caps as well',
      given: { language: 'python', user: { [blrp]: '25000' } },
      want: { [timeout]: '25' },
    },
    {
      name: 'an export timeout of zero leaves the timeout alone',
      given: { language: 'php', user: { [bsp]: '0' } },
      want: { [timeout]: undefined },
    },
    {
      name: 'an export timeout below PHP’s value leaves the timeout alone',
      given: { language: 'php', user: { [bsp]: '1000' } },
      want: { [timeout]: undefined },
    },
    {
      name: 'one variable of C++ leaves out all five',
      given: { language: 'cpp', protocol: 'grpc', user: { [initial]: '2.0' } },
      want: { [timeout]: undefined, [initial]: undefined, [`${cpp}_MAX_ATTEMPTS`]: undefined },
    },
    {
      name: 'so does one for a signal',
      given: { language: 'cpp', protocol: 'grpc', user: { [logsInitial]: '2.0' } },
      want: { [timeout]: undefined, [initial]: undefined },
    },
    {
      name: 'so does a timeout for a signal',
      given: { language: 'cpp', protocol: 'grpc', user: { [traces]: '10s' } },
      want: { [timeout]: undefined, [initial]: undefined },
    },
    {
      name: 'an export timeout scales the delays of C++',
      given: { language: 'cpp', protocol: 'grpc', user: { [bsp]: '30000' } },
      want: { [timeout]: '30s', [initial]: '2.0', [`${cpp}_MAX_BACKOFF`]: '8.0' },
    },
  ])('$name', ({ given, want }) => {
    expect(valuesOf(run(given))).toEqual(expect.objectContaining(definedOf(want)));
    for (const name of Object.keys(want).filter((key) => want[key] === undefined)) {
      expect(valuesOf(run(given))).not.toHaveProperty(name);
    }
  });

  const definedOf = (want: Record<string, string | undefined>) =>
    Object.fromEntries(Object.entries(want).filter(([, value]) => value !== undefined));

  const names = [
    ...new Set([
      ...Object.keys(universal),
      ...profiles.flatMap(({ together = [] }) => together.map(({ name }) => name)),
      ...['', 'TRACES_', 'METRICS_', 'LOGS_'].map((signal) => `OTEL_EXPORTER_OTLP_${signal}TIMEOUT`),
      'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
      'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE',
      'OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED',
    ]),
  ];
  const value = fc.oneof(
    fc.constantFrom(
      null,
      '',
      '0',
      '10',
      '60',
      '60s',
      '10000',
      '99999999999999999999',
      'true',
      'in_memory',
      'disk',
      '-1',
    ),
    fc.nat().map(String),
    fc.string(),
  );

  test('is never set again, and whatever it is, only sound values are added', () => {
    const given = fc.record({
      language: fc.constantFrom(undefined, ...languages),
      strength: fc.constantFrom<Strength>('explicit', 'command', 'hint'),
      protocol: fc.constantFrom<Protocol>('grpc', 'http/protobuf', 'http/json'),
      survive: fc.integer({ min: 1, max: 300 }),
      user: fc.dictionary(fc.constantFrom(...names), value),
      runToCompletion: fc.boolean(),
    });
    fc.assert(
      fc.property(given, ({ language, ...rest }) => {
        const result = run(language === undefined ? rest : { ...rest, language });
        for (const variable of result.variables) {
          expect(Object.hasOwn(rest.user, variable.name)).toBe(false);
          expect(variable.value).toMatch(/^(\d+(\.\d)?s?|true|in_memory)$/);
        }
        expect(new Set(result.variables.map(({ name }) => name)).size).toBe(result.variables.length);
        expect(run(language === undefined ? rest : { ...rest, language })).toEqual(result);
      }),
      { numRuns: 300 },
    );
  });
});
