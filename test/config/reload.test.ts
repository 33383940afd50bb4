import { describe, expect, it, vi } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { reloadSettings } from '../../src/config/reload.ts';

const file = (text: string) => loadSettings({ file: { path: 'config.yaml', text } });

/** Reloads from a text that the test changes, and says what became of it. */
function reloading(first: string) {
  const state = { text: first };
  const changes: string[] = [];
  const problems: string[] = [];
  let looks = 0;
  const stop = reloadSettings(file(first).settings, {
    load: async () => {
      looks += 1;
      return file(state.text);
    },
    onChange: ({ protocol }) => changes.push(protocol),
    onProblem: (error) => problems.push(String(error)),
    everyMs: 5,
  });
  const looked = async () => {
    const before = looks;
    await vi.waitUntil(() => looks >= before + 2, { interval: 1 });
  };
  return { state, changes, problems, looked, stop };
}

describe('settings that are re-read', () => {
  it('report a change once, and nothing while they stay the same', async () => {
    const { state, changes, looked, stop } = reloading('protocol: http/protobuf\n');
    await looked();
    expect(changes).toEqual([]);
    state.text = 'protocol: grpc\n';
    await looked();
    state.text = '# another comment\nprotocol: grpc\n';
    await looked();
    stop();
    expect(changes).toEqual(['grpc']);
  });

  it('stay in force while the file is wrong, which is reported once', async () => {
    const { state, changes, problems, looked, stop } = reloading('protocol: grpc\n');
    state.text = 'protocol: smoke\n';
    await looked();
    await looked();
    state.text = 'protocol: grpc\n';
    await looked();
    stop();
    expect(changes).toEqual([]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('protocol');
  });
});
