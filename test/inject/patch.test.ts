import { describe, expect, it } from 'vitest';
import type { AddedVariable, PodDecision } from '../../src/inject/decide.ts';
import { type AddOperation, buildPatch, checkPatch } from '../../src/inject/patch.ts';
import type { EnvVar, Pod } from '../../src/inject/pod.ts';

const pod = (env?: EnvVar[]): Pod => ({
  metadata: {},
  spec: { containers: [{ name: 'app', ...(env && { env }) }] },
});

const adding = (...entries: EnvVar[]): PodDecision => ({
  warnings: [],
  annotation: '{}',
  containers: [
    {
      name: 'app',
      list: 'containers',
      index: 0,
      outcome: 'injected',
      choice: { protocol: 'grpc', endpoint: 'service' },
      chosenBy: { protocol: 'configuration', endpoint: 'configuration' },
      url: 'http://x:4317',
      add: entries.map((entry): AddedVariable => ({ entry, origin: 'endpoint', purpose: 'test' })),
      finding: { evidence: [], disagree: false },
      outlook: () => ({ survival: { refused: { evidence: 'unknown' }, dropped: { evidence: 'unknown' } }, notes: [] }),
    },
  ],
});

const a: EnvVar = { name: 'A', value: '1' };
const b: EnvVar = { name: 'B', value: '2' };

describe('the patch', () => {
  it('creates env once where there is none', () => {
    expect(buildPatch(pod(), adding(a, b))[0]).toEqual({ op: 'add', path: '/spec/containers/0/env', value: [a, b] });
  });
  it('appends one entry an operation where there is one, even when it is empty', () => {
    expect(buildPatch(pod([]), adding(a, b)).slice(0, 2)).toEqual([
      { op: 'add', path: '/spec/containers/0/env/-', value: a },
      { op: 'add', path: '/spec/containers/0/env/-', value: b },
    ]);
  });
  it('creates what is missing above the annotation', () => {
    const value = { 'nodelocal-otlp.dev/injected': '{}' };
    expect(buildPatch(pod(), adding())).toEqual([{ op: 'add', path: '/metadata/annotations', value }]);
    expect(buildPatch({ spec: {} }, adding())).toEqual([
      { op: 'add', path: '/metadata', value: { annotations: value } },
    ]);
    expect(buildPatch({ metadata: { annotations: {} }, spec: {} }, adding())[0]?.path).toBe(
      '/metadata/annotations/nodelocal-otlp.dev~1injected',
    );
  });
  it('has nothing to say about what is no pod', () => {
    for (const object of [null, undefined, 1, 'x', []]) {
      expect(buildPatch(object, { skipped: 'unreadable-pod', containers: [], warnings: [] })).toEqual([]);
    }
  });
});

describe('the check before answering', () => {
  const add = (path: string, value: unknown): AddOperation => ({ op: 'add', path, value });
  const sound = buildPatch(pod(), adding(a));

  it('passes what buildPatch made, and leaves the pod patched', () => {
    const given = pod([b]);
    expect(checkPatch(given, buildPatch(given, adding(a)), adding(a))).toBeUndefined();
    expect(given.spec.containers?.[0]?.env).toEqual([b, a]);
  });

  it.each<{ name: string; operations: AddOperation[]; decision?: PodDecision; given?: Pod; problem: RegExp }>([
    { name: 'a parent that is missing', operations: [add('/spec/containers/0/env/-', a)], problem: /does not apply/ },
    {
      name: 'a container that is missing',
      operations: [add('/spec/containers/7/env', [a])],
      problem: /does not apply/,
    },
    {
      name: 'an index past the end',
      operations: [add('/spec/containers/0/env/5', a)],
      given: pod([b]),
      problem: /does not apply/,
    },
    {
      name: 'another operation',
      operations: [{ op: 'frobnicate' as 'add', path: '/x', value: 1 }],
      problem: /does not apply/,
    },
    { name: 'a path to a prototype', operations: [add('/__proto__/polluted', 1)], problem: /does not apply/ },
    {
      name: 'a number for a value',
      operations: [add('/spec/containers/0/env', [{ name: 'A', value: 1 }])],
      problem: /either a value/,
    },
    {
      name: 'an empty value',
      operations: [add('/spec/containers/0/env', [{ name: 'A', value: '' }])],
      problem: /either a value/,
    },
    {
      name: 'a value and a valueFrom',
      operations: [add('/spec/containers/0/env', [{ ...a, valueFrom: {} }])],
      problem: /either a value/,
    },
    {
      name: 'a name twice',
      operations: [add('/spec/containers/0/env', [a, a])],
      decision: adding(a, a),
      problem: /twice/,
    },
    { name: 'a name of the user', operations: [add('/spec/containers/0/env/-', a)], given: pod([a]), problem: /twice/ },
    { name: 'variables that are not there', operations: [], problem: /not the last/ },
    {
      name: 'the removal of something',
      operations: [...sound, { op: 'remove' as 'add', path: '/spec/containers/0/name', value: 0 }],
      problem: /remove .* none of our changes/,
    },
    {
      name: 'a change of what is not ours',
      operations: [...sound, add('/spec/containers/0/image', 5)],
      problem: /image is none of our changes/,
    },
    {
      name: 'an env in the place of the one that is there',
      operations: [add('/spec/containers/0/env', [a])],
      given: pod([b]),
      problem: /env is none of our changes/,
    },
    {
      name: 'annotations in the place of those that are there',
      operations: sound,
      given: { ...pod(), metadata: { annotations: { a: 'b' } } },
      problem: /annotations is none of our changes/,
    },
    {
      name: 'another annotation than ours',
      operations: [
        add('/spec/containers/0/env', [a]),
        add('/metadata/annotations', { 'nodelocal-otlp.dev/injected': 5 }),
      ],
      problem: /not the one decided on/,
    },
    {
      name: 'more annotations than the API server takes',
      operations: [sound[0] as AddOperation, { ...add('/metadata/annotations/nodelocal-otlp.dev~1injected', '{}') }],
      given: { ...pod(), metadata: { annotations: { a: 'é'.repeat(128 * 1024 - 10) } } },
      problem: /leave no room/,
    },
  ])('drops a patch with $name', ({ operations, decision = adding(a), given = pod(), problem }) => {
    expect(checkPatch(given, operations, decision)).toMatch(problem);
  });

  it('never quotes the pod, whose values may be secret', () => {
    const given = pod([{ name: 'PASSWORD', value: 'hunter2' }]);
    expect(checkPatch(given, [add('/spec/containers/7/env', [a])], adding(a))).not.toContain('hunter2');
  });
});
