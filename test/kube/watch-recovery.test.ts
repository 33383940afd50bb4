import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reply } from './fake-api-server.ts';
import { until } from './setup.ts';
import { lists, type Watched, watched, watches } from './watched.ts';

let on: Watched;

beforeEach(async () => {
  on = await watched();
});
afterEach(() => on.end());

describe('a watch goes on after', () => {
  const interruptions: { name: string; happens: () => unknown; relists?: boolean; says?: RegExp }[] = [
    { name: 'the end of its time', happens: () => on.setup.fake.endWatches() },
    { name: 'a broken connection', happens: () => on.setup.fake.breakConnections() },
    { name: 'a line cut short', happens: () => on.setup.fake.cutWatches() },
    { name: 'silence', happens: () => undefined },
    { name: 'a line that is not JSON', happens: () => on.setup.fake.tell('<html>'), relists: true, says: /not JSON/ },
    { name: 'a line that is no event', happens: () => on.setup.fake.tell('[]'), relists: true, says: /no event/ },
    {
      name: 'an error event',
      happens: () => on.setup.fake.tell('{"type":"ERROR","object":{"code":500,"message":"oh"}}'),
      relists: true,
      says: /500 Internal Server Error: oh/,
    },
    { name: '410 Gone', happens: () => on.setup.fake.store.compact() ?? on.setup.fake.endWatches(), relists: true },
  ];
  it.each(interruptions)('$name, and misses nothing', async ({ happens, relists = false, says }) => {
    await on.started();
    await happens();
    await until('the old watch has ended', () => on.setup.fake.count(watches) >= 2);
    on.put('three');
    on.delete('two');
    await until('it is up to date', () => on.knows('three') && !on.knows('two'));
    expect(on.setup.fake.count(lists) > 1).toBe(relists);
    expect(on.setup.problems()).toEqual(says === undefined ? [] : [expect.stringMatching(says)]);
  });

  it('410 Gone as the answer, and notices what was deleted meanwhile', async () => {
    await on.started();
    await on.setup.fake.pause();
    on.delete('one');
    on.put('three');
    on.setup.fake.store.compact();
    await on.setup.fake.resume();
    await until('it is up to date', () => on.knows('three') && !on.knows('one'));
    expect(on.watch.objects.size).toBe(2);
  });

  it('410 Gone after many failures, without waiting as long as after those', async () => {
    on.retime({ firstRetryMs: 20, mostRetryMs: 60_000 });
    await on.started();
    let refused = 0;
    on.setup.fake.intercept = (_, response) => {
      refused += 1;
      if (refused === 6) on.setup.fake.intercept = () => false;
      reply(response, 503, {});
      return true;
    };
    on.setup.fake.store.compact();
    on.setup.fake.endWatches();
    await until('it was refused six times', () => refused === 6);
    const asked = on.setup.fake.requests.length;
    await until('it was told to list anew', () => on.setup.fake.requests.length > asked);
    // 20 ms, and not 1.3 to 2.6 s.
    await until('it has', () => on.setup.fake.openWatches === 1, 1000);
  });

  it('a time without API server, during which it keeps what it knows and says one line', async () => {
    await on.started();
    await on.setup.fake.pause();
    await until('it was refused', () => on.setup.problems().length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(on.watch.objects.size).toBe(2);
    await on.setup.fake.resume();
    on.put('three');
    await until('it is up to date', () => on.knows('three'));
    expect(on.setup.problems()).toEqual([expect.stringMatching(/refuses connections \(ECONNREFUSED\)$/)]);
    expect(on.setup.lines.map(({ msg }) => msg)).toEqual([
      'a call to the API server failed and is retried',
      'calls to the API server work again',
    ]);
  });

  const answers: { name: string; status: number; says: RegExp }[] = [
    { name: '500', status: 500, says: /answered 500/ },
    { name: '503', status: 503, says: /answered 503/ },
    { name: '429', status: 429, says: /answered 429/ },
    { name: '401', status: 401, says: /credentials/ },
    { name: '403', status: 403, says: /grant verb list on resource namespaces$/ },
  ];
  it.each(answers)('answers of $name, with one line', async ({ status, says }) => {
    on.setup.fake.intercept = (_, response) => {
      const message = 'User "system:serviceaccount:a:b" cannot list resource "namespaces"';
      reply(response, status, { code: status, message });
      return true;
    };
    on.watch.start();
    await until('it tried a few times', () => on.setup.fake.requests.length >= 5);
    on.setup.fake.intercept = () => false;
    await on.watching();
    expect(on.setup.problems()).toEqual([expect.stringMatching(says)]);
  });

  it('an API server that hangs at each step', async () => {
    on.retime({ answerMs: 40 });
    let hung = 0;
    on.setup.fake.intercept = (_, response) => {
      hung += 1;
      if (hung === 2) response.writeHead(200).write('{"metadata"');
      return hung <= 3;
    };
    await on.started();
    expect(on.setup.problems()).toEqual([expect.stringMatching(/did not answer within 0.04 s$/)]);
  });

  it('slow answers', async () => {
    on.setup.fake.delayMs = 100;
    await on.started();
    on.put('three');
    await until('three is known', () => on.knows('three'));
    expect(on.setup.problems()).toEqual([]);
  });
});
