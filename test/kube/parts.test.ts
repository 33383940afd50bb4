import { describe, expect, it } from 'vitest';
import { Backoff } from '../../src/kube/backoff.ts';
import { answerError } from '../../src/kube/errors.ts';
import { FailureLog } from '../../src/kube/failure-log.ts';
import { isOlder } from '../../src/kube/known-objects.ts';
import { type Call, describeCall, mutatingHooks, namespaces, pathOf, secrets } from '../../src/kube/resources.ts';
import { createLog } from '../../src/log.ts';

describe('back-off', () => {
  it('doubles up to the longest wait, each between half and all of it', () => {
    const shortest = new Backoff(200, 30_000, () => 0);
    expect(Array.from({ length: 10 }, () => shortest.next())).toEqual([
      100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000,
    ]);
    const longest = new Backoff(200, 30_000, () => 1);
    expect([longest.next(), longest.next()]).toEqual([200, 400]);
    longest.reset();
    expect(longest.next()).toBe(200);
  });

  it('waits as long as it is asked to, but never longer than the longest wait', () => {
    const backoff = new Backoff(200, 30_000, () => 0);
    expect([backoff.next(5000), backoff.next(3_600_000)]).toEqual([5000, 30_000]);
  });
});

describe('the log of failures', () => {
  const call: Call = { verb: 'list', resource: namespaces };
  const away = answerError(call, 500, '');
  const other = answerError(call, 503, '');

  function logged(script: (log: FailureLog, at: (seconds: number) => void) => void): string[] {
    const lines: string[] = [];
    let now = 0;
    const write = (line: string) => lines.push((JSON.parse(line) as { level: string }).level);
    script(new FailureLog(createLog({ write }), () => now * 1000), (seconds) => {
      now = seconds;
    });
    return lines;
  }

  it('writes one line for a failure, however often and whoever it hits, and one when it is over for all', () => {
    const lines = logged((log) => {
      for (const source of ['a', 'b', 'a', 'b']) log.report(source, away);
      log.recovered('a');
      log.recovered('b');
      log.recovered('b');
    });
    expect(lines).toEqual(['warn', 'info']);
  });

  it('writes one line for each distinct failure', () => {
    const lines = logged((log) => {
      log.report('a', away);
      log.report('a', other);
      log.report('a', away);
      log.recovered('a');
    });
    expect(lines).toEqual(['warn', 'warn', 'info', 'info']);
  });

  it('is quiet about what comes and goes, but not for longer than a minute', () => {
    const lines = logged((log, at) => {
      for (let second = 0; second < 59; second += 2) {
        at(second);
        log.report('a', away);
        log.recovered('a');
      }
      at(59);
      log.report('a', away);
      at(61);
      log.report('a', away);
    });
    expect(lines).toEqual(['warn', 'info', 'warn']);
  });
});

describe('a call', () => {
  const cases: { call: Call; path: string; words: string }[] = [
    {
      call: { verb: 'list', resource: namespaces, query: { limit: '5' } },
      path: '/api/v1/namespaces?limit=5',
      words: 'list namespaces',
    },
    {
      call: { verb: 'watch', resource: secrets, namespace: 'a', name: 'b' },
      path: '/api/v1/namespaces/a/secrets?fieldSelector=metadata.name%3Db&watch=true',
      words: 'watch secrets b in namespace a',
    },
    {
      call: { verb: 'create', resource: secrets, namespace: 'a', name: 'b' },
      path: '/api/v1/namespaces/a/secrets',
      words: 'create secrets b in namespace a',
    },
    {
      call: { verb: 'patch', resource: mutatingHooks, name: 'b' },
      path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/b',
      words: 'patch mutatingwebhookconfigurations b',
    },
  ];
  it.each(cases)('$words', ({ call, path, words }) => {
    expect([pathOf(call), describeCall(call)]).toEqual([path, words]);
  });
});

it.each([
  { version: '9', than: '10', older: true },
  { version: '10', than: '9', older: false },
  { version: '10', than: '10', older: false },
  { version: 'x', than: '10', older: false },
])('$version is older than $than: $older', ({ version, than, older }) => expect(isOlder(version, than)).toBe(older));
