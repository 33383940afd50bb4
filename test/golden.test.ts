import jsonpatch from 'fast-json-patch';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { injectionHash } from '../src/config/hash.ts';
import { decidePod, type PodDecision, type PodFacts } from '../src/inject/decide.ts';
import { type AddOperation, buildPatch } from '../src/inject/patch.ts';
import { reasons } from '../src/inject/reasons.ts';
import { measurements } from '../src/retry/matrix.ts';
import manifest from '../package.json' with { type: 'json' };
import { expectedFile, type GoldenCase, goldenCases, settingsOf } from './golden-cases.ts';

const cases = goldenCases();

function runCore(golden: GoldenCase, pod: unknown = golden.pod) {
  const { settings } = settingsOf(golden);
  const facts: PodFacts = {
    ...(!golden.namespace.enabled && { enabled: false }),
    namespaceAnnotations: golden.namespace.annotations,
    clusterIPs: settings.endpoint.clusterIPs,
    configMap: (name) => golden.configMaps[name],
  };
  const decision = decidePod(pod, facts, settings, { version: manifest.version, config: injectionHash(settings) });
  return { decision, patch: buildPatch(pod, decision) };
}

/** A decision as a person would want to read it in a diff. */
function readable(title: string, decision: PodDecision, patch: readonly AddOperation[]): string {
  const containers = decision.containers.map((container) =>
    container.outcome === 'skipped'
      ? `${container.name}: skipped, ${container.reason}${container.detail === undefined ? '' : ` (${container.detail})`}`
      : {
          [`${container.name}: ${container.outcome}`]: container
            .outlook(measurements)
            .notes.map(({ code, text }) => `${code}: ${text}`),
        },
  );
  const { skipped, detail, warnings } = decision;
  return stringify(
    { title, ...(skipped && { skipped }), ...(detail && { detail }), containers, warnings, patch },
    { lineWidth: 0 },
  );
}

describe('golden cases through the core', () => {
  it.each(cases.filter(({ through }) => through.includes('core')))('$name: $title', async (golden) => {
    const { decision, patch } = runCore(golden);
    await expect(readable(golden.title, decision, patch)).toMatchFileSnapshot(expectedFile(golden.name));
  });

  it.each(cases.filter(({ through }) => through.includes('core')))(
    '$name: nothing changes the second time',
    (golden) => {
      const pod = structuredClone(golden.pod);
      jsonpatch.applyPatch(pod, runCore(golden).patch as jsonpatch.Operation[], true);
      expect(runCore(golden, pod).patch).toEqual([]);
    },
  );

  it('there is one for each reason that the rules can give', () => {
    const given = new Set(
      cases.flatMap((golden) => {
        const { decision } = runCore(golden);
        return [decision.skipped, ...decision.containers.map((c) => (c.outcome === 'skipped' ? c.reason : undefined))];
      }),
    );
    // These come from around the rules (the handler, the YAML of a manifest), or need a pod too large for a file.
    const elsewhere = [
      'not-pod-create',
      'internal-error',
      'deadline-exceeded',
      'too-many-containers',
      'annotations-full',
      'yaml-shared',
    ];
    expect(Object.keys(reasons).filter((code) => !given.has(code as never))).toEqual(elsewhere);
  });
});
