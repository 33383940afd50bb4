import { describe, expect, test } from 'vitest';
import { profileOf, profiles } from '../../src/retry/profiles.ts';
import { codes, cpp, type Given, run, timeout, valuesOf } from './container.ts';

describe('survival', () => {
  const figures = (given: Given) => {
    const { refused, dropped } = run(given).survival;
    const brief = ({ atLeast, typical, evidence }: typeof refused) =>
      [atLeast, typical].map((figure) => (figure ? Math.round(figure.ms / 1000) : '-')).join('/') + ` ${evidence}`;
    return { refused: brief(refused), dropped: brief(dropped) };
  };

  test.each<{ given: Given; refused: string; dropped: string }>([
    { given: { language: 'java' }, refused: '7/8 modelled', dropped: '47/55 modelled' },
    { given: { language: 'python' }, refused: '27/31 modelled', dropped: '31/31 modelled' },
    { given: { language: 'python', strength: 'hint' }, refused: '6/7 modelled', dropped: '7/7 modelled' },
    { given: { language: 'python', protocol: 'grpc' }, refused: '27/31 modelled', dropped: '-/- unknown' },
    { given: { language: 'nodejs' }, refused: '11/13 modelled', dropped: '63/63 modelled' },
    { given: { language: 'nodejs', protocol: 'grpc' }, refused: '0/0 modelled', dropped: '-/- unknown' },
    { given: { language: 'go', protocol: 'grpc' }, refused: '30/46 modelled', dropped: '-/- unknown' },
    { given: { language: 'go' }, refused: '0/0 modelled', dropped: '45/61 modelled' },
    { given: { language: 'dotnet' }, refused: '55/59 modelled', dropped: '31/31 modelled' },
    { given: { language: 'cpp', protocol: 'grpc' }, refused: '38/44 modelled', dropped: '-/- unknown' },
    { given: { language: 'cpp' }, refused: '0/0 modelled', dropped: '7/7 modelled' },
    { given: { language: 'ruby' }, refused: '7/28 modelled', dropped: '35/35 modelled' },
    { given: { language: 'php' }, refused: '0/1 modelled', dropped: '6/8 modelled' },
    { given: { language: 'rust' }, refused: '0/0 modelled', dropped: '31/31 modelled' },
    { given: { language: 'erlang' }, refused: '0/0 modelled', dropped: '-/- unknown' },
    // What the user set, or what a job keeps.
    { given: { language: 'dotnet', runToCompletion: true }, refused: '0/0 modelled', dropped: '7/7 modelled' },
    {
      given: { language: 'dotnet', user: { OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY: 'disk' } },
      refused: '-/- unknown',
      dropped: '-/- unknown',
    },
    {
      given: { language: 'java', user: { OTEL_JAVA_EXPORTER_OTLP_RETRY_DISABLED: 'true' } },
      refused: '0/0 modelled',
      dropped: '7/7 modelled',
    },
    { given: { language: 'python', user: { [timeout]: '10' } }, refused: '6/7 modelled', dropped: '7/7 modelled' },
    { given: { language: 'python', user: { [timeout]: null } }, refused: '-/- unknown', dropped: '-/- unknown' },
    {
      given: { language: 'python', user: { OTEL_EXPORTER_OTLP_LOGS_TIMEOUT: '10' } },
      refused: '6/7 modelled',
      dropped: '7/7 modelled',
    },
    { given: { language: 'nodejs', user: { [timeout]: '1000' } }, refused: '0/0 modelled', dropped: '63/63 modelled' },
    {
      given: { language: 'cpp', protocol: 'grpc', user: { [`${cpp}_MAX_ATTEMPTS`]: '2' } },
      refused: '-/- unknown',
      dropped: '-/- unknown',
    },
  ])('of $given', ({ given, refused, dropped }) => {
    expect(figures(given)).toEqual({ refused, dropped });
  });

  test('and the notes are the same once our variables are there', () => {
    for (const { language, transport } of profiles) {
      const protocol = transport === 'grpc' ? 'grpc' : 'http/protobuf';
      const first = run({ language, protocol });
      const again = run({ language, protocol, user: valuesOf(first) });
      expect(again).toEqual({ ...first, variables: [] });
    }
  });

  test('a figure is a promise first and a habit second', () => {
    for (const { language, transport } of profiles) {
      const protocol = transport === 'grpc' ? 'grpc' : 'http/protobuf';
      for (const outage of Object.values(run({ language, protocol }).survival)) {
        if (outage.typical && outage.atLeast) expect(outage.atLeast.ms).toBeLessThanOrEqual(outage.typical.ms);
      }
    }
  });
});

describe('notes', () => {
  test.each<{ name: string; given: Given; want: string[] }>([
    { name: '.NET reaches the target', given: { language: 'dotnet', graceSeconds: 90 }, want: [] },
    { name: 'Java does not', given: { language: 'java', graceSeconds: 90 }, want: ['target-not-reached'] },
    { name: 'Python mostly does', given: { language: 'python', graceSeconds: 90 }, want: ['target-not-certain'] },
    { name: 'Go does', given: { language: 'go', protocol: 'grpc', graceSeconds: 90 }, want: [] },
    {
      name: 'Go over HTTP',
      given: { language: 'go', graceSeconds: 90 },
      want: ['go-http-loses-refused', 'target-not-reached'],
    },
    {
      name: 'Node.js over gRPC',
      given: { language: 'nodejs', protocol: 'grpc', graceSeconds: 90 },
      want: ['node-grpc-never-retries', 'target-not-reached'],
    },
    { name: 'PHP', given: { language: 'php' }, want: ['php-blocks-the-request', 'target-not-reached'] },
    {
      name: 'Ruby over gRPC',
      given: { language: 'ruby', protocol: 'grpc' },
      want: ['ruby-grpc-has-no-exporter', 'target-not-reached'],
    },
    { name: 'a flush of 60 s in a grace of 30 s', given: { language: 'dotnet' }, want: ['flush-may-outlast-grace'] },
    { name: 'a flush of 60 s in a grace of 60 s', given: { language: 'dotnet', graceSeconds: 60 }, want: [] },
    {
      name: 'a timeout of the user’s that cannot be read',
      given: { language: 'dotnet', user: { [timeout]: null } },
      want: ['user-value-unreadable'],
    },
    {
      name: 'a low target that all of it reaches',
      given: { language: 'java', survive: 5, graceSeconds: 60 },
      want: [],
    },
  ])('$name', ({ given, want }) => {
    expect(codes(given)).toEqual(want);
  });

  test('say it with figures', () => {
    const { notes } = run({ language: 'java', graceSeconds: 90 });
    expect(notes[0]?.text).toBe(
      'It survives an agent that refuses connections for 8.1 s (55 s where it does not answer at all); the target is 30 s.',
    );
  });

  test('every warning of the table reaches its container', () => {
    for (const { language, transport, warning } of profiles) {
      const protocol = transport === 'grpc' ? 'grpc' : 'http/protobuf';
      const sent = run({ language, protocol }).notes;
      expect(profileOf(language, protocol)?.warning).toBe(warning);
      if (warning !== undefined) expect(sent).toContainEqual(warning);
    }
  });
});
