import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ConfigMapReader, readConfigMaps } from '../../src/admission/config-maps.ts';

describe('reading ConfigMaps', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('reads all at once and leaves out what failed', async () => {
    const asked: string[] = [];
    const read: ConfigMapReader = async (namespace, name) => {
      asked.push(`${namespace}/${name}`);
      if (name === 'forbidden') throw new Error('403');
      return name === 'gone' ? null : { KEY: name };
    };
    const found = await readConfigMaps(read, 'shop', ['a', 'gone', 'forbidden'], 500);
    expect(asked).toEqual(['shop/a', 'shop/gone', 'shop/forbidden']);
    expect([...found]).toEqual([
      ['a', { KEY: 'a' }],
      ['gone', null],
    ]);
  });

  it('survives a reader that throws at once', async () => {
    const read: ConfigMapReader = () => {
      throw new Error('no client');
    };
    await expect(readConfigMaps(read, 'shop', ['a'], 500)).resolves.toEqual(new Map());
  });

  it('gives what it has when the time is over, aborts the rest, and does not change any more', async () => {
    const late = Promise.withResolvers<Record<string, string>>();
    let aborted = false;
    const read: ConfigMapReader = (_namespace, name, signal) => {
      signal.addEventListener('abort', () => (aborted = true));
      return name === 'fast' ? Promise.resolve({}) : late.promise;
    };
    const reading = readConfigMaps(read, 'shop', ['fast', 'slow'], 500);
    await vi.advanceTimersByTimeAsync(499);
    expect(aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    const found = await reading;
    expect(aborted).toBe(true);
    late.resolve({});
    await Promise.resolve();
    expect([...found.keys()]).toEqual(['fast']);
  });

  it('leaves no timer behind', async () => {
    await readConfigMaps(async () => ({}), 'shop', ['a'], 500);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not turn thousands of names into thousands of calls', async () => {
    let calls = 0;
    const names = Array.from({ length: 5000 }, (_, i) => `cm-${i}`);
    await readConfigMaps(async () => (calls++, {}), 'shop', names, 500);
    expect(calls).toBe(64);
  });
});
