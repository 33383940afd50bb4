import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reply } from './fake-api-server.ts';
import { until } from './setup.ts';
import { lists, type Watched, watched, watches } from './watched.ts';

let on: Watched;

beforeEach(async () => {
  on = await watched();
});
afterEach(() => on.end());

describe('a watch', () => {
  it('knows nothing before its first list, and then everything', async () => {
    expect([on.watch.synced, on.watch.age(), on.watch.one('one')]).toEqual([false, undefined, undefined]);
    await on.started();
    expect([on.watch.synced, on.watch.objects.size, on.watch.one('three')]).toEqual([true, 2, null]);
    expect(on.watch.age()).toBeLessThan(5);
  });

  it('lists page by page', async () => {
    for (let i = 0; i < 1200; i += 1) on.put(`n${i}`);
    await on.started();
    expect([on.watch.objects.size, on.setup.fake.count(lists)]).toEqual([1202, 3]);
  });

  it('follows what is made, changed and deleted, and tells', async () => {
    await on.started();
    let told = 0;
    const end = on.watch.onChange(() => (told += 1));
    on.put('three');
    on.put('one', 'changed');
    on.delete('two');
    await until('two is gone', () => !on.knows('two'));
    expect([on.watch.objects.get('one')?.value, on.knows('three'), told]).toEqual(['changed', true, 3]);
    end();
    on.put('four');
    await until('four is known', () => on.knows('four'));
    expect(told).toBe(3);
  });

  it('asks for bookmarks and goes on from the last one', async () => {
    await on.started();
    on.setup.fake.tell(JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '777' } } }));
    on.setup.fake.endWatches();
    await until('it watches again', () => on.setup.fake.count(watches) === 2);
    const [first, second] = on.setup.fake.requests.filter(({ url }) => watches.test(url)).map(({ url }) => url);
    expect(first).toMatch(/allowWatchBookmarks=true.*timeoutSeconds=\d+/);
    expect(second).toContain('resourceVersion=777');
  });

  it('takes in what a write answered, and is not thrown back by older events', async () => {
    await on.started();
    const later = { metadata: { name: 'one', resourceVersion: '9000', labels: { v: 'written' } } };
    on.watch.take(later);
    on.put('one', 'older');
    on.put('three');
    await until('three is known', () => on.knows('three'));
    expect(on.watch.objects.get('one')?.value).toBe('written');
  });

  it('lists anew at once when told to', async () => {
    await on.started();
    on.watch.refresh();
    await until('it listed', () => on.setup.fake.count(lists) === 2);
    await on.watching();
  });

  it('lists anew when told to in the middle of several events', async () => {
    await on.started();
    const end = on.watch.onChange(() => {
      end();
      on.watch.refresh();
    });
    const events = [5001, 5002, 5003].map((version) =>
      JSON.stringify({
        type: 'ADDED',
        object: { metadata: { name: `n${version}`, resourceVersion: String(version) } },
      }),
    );
    on.setup.fake.tell(events.join('\n'));
    await until('it listed', () => on.setup.fake.count(lists) === 2);
  });

  it('lists anew once in a while even if all is well', async () => {
    on.retime({ relistMs: 20 });
    await on.started();
    await new Promise((resolve) => setTimeout(resolve, 30));
    on.setup.fake.endWatches();
    await until('it listed', () => on.setup.fake.count(lists) === 2);
  });
});

describe('a watch is kind to the API server', () => {
  it('waits longer and longer when watches end as soon as they begin', async () => {
    on.retime({ steadyMs: 1000, firstRetryMs: 20, mostRetryMs: 10_000 });
    on.setup.fake.intercept = (request, response) => {
      if (!watches.test(request.url ?? '')) return false;
      response.writeHead(200).end();
      return true;
    };
    on.watch.start();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(on.setup.fake.count(watches)).toBeLessThanOrEqual(7);
    expect(on.setup.fake.count(lists)).toBe(1);
  });

  it('waits as long as it is asked to, up to the longest wait', async () => {
    on.retime({ mostRetryMs: 200 });
    on.setup.fake.intercept = (_, response) => {
      reply(response, 429, {}, { 'retry-after': '30' });
      return true;
    };
    on.watch.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(on.setup.fake.requests.length).toBe(2);
  });

  it('keeps one connection for each watch that is open, however often it was interrupted', async () => {
    await on.started();
    for (let i = 2; i < 12; i += 1) {
      on.setup.fake.endWatches();
      await until('it watches again', () => on.setup.fake.count(watches) === i);
    }
    await on.watching();
    expect(on.setup.fake.openConnections).toBeLessThanOrEqual(2);
    expect(on.setup.fake.connections).toBeLessThanOrEqual(2);
  });
});

describe('a watch that is stopped leaves nothing behind', () => {
  const failing = (status: number) => {
    on.setup.fake.intercept = (_, response) => {
      if (status !== 0) reply(response, status, {});
      return true;
    };
  };
  const moments: { name: string; arrange: () => unknown }[] = [
    { name: 'while it watches', arrange: () => on.started() },
    {
      name: 'while it lists',
      arrange: async () => {
        failing(0);
        on.watch.start();
        await until('it asked', () => on.setup.fake.requests.length > 0);
      },
    },
    {
      name: 'while it waits',
      arrange: async () => {
        failing(500);
        on.retime({ firstRetryMs: 60_000, mostRetryMs: 60_000 });
        on.watch.start();
        await until('it failed', () => on.setup.problems().length > 0);
      },
    },
    { name: 'right after it was started', arrange: () => on.watch.start() },
    { name: 'before it was started', arrange: () => undefined },
  ];
  it.each(moments)('$name', async ({ arrange }) => {
    const before = timers();
    await arrange();
    await on.watch.stop();
    on.setup.client.close();
    await until('all connections and timers are gone', () => {
      return on.setup.fake.openConnections === 0 && timers() <= before;
    });
    const asked = on.setup.fake.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(on.setup.fake.requests.length).toBe(asked);
  });
});

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
