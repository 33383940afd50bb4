import { describe, expect, it } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { Agent } from './agent.ts';
import { componentNames, read } from './files.ts';
import { Installation, installations } from './installation.ts';
import { buildText, kubectl } from './kustomize.ts';
import { sizingProblems } from './sizing.ts';
import { strictProblems } from './strict.ts';

const pages = ['docs/installation.md', 'docs/platforms.md', 'docs/agent.md'];
const blocks = pages.flatMap((page) =>
  [...read(page).matchAll(/^```yaml\n(.*?)^```/gms)]
    .map(([, yaml = ''], i) => ({ page, number: i + 1, yaml }))
    .filter(({ yaml }) => yaml.includes('kind: Kustomization')),
);
const installation = read('docs/installation.md');
const platforms = read('docs/platforms.md');

describe.skipIf(kubectl === undefined)('the kustomizations in the docs', () => {
  it.each(blocks)('$page, number $number, builds what an API server takes', ({ yaml }) => {
    const objects = buildText(yaml);
    expect(objects.flatMap(strictProblems)).toEqual([]);
    expect(objects.length).toBeGreaterThan(10);
  });

  const textWith = (text: string): string => blocks.find((block) => block.yaml.includes(text))?.yaml ?? '';
  const built = (text: string): Installation => new Installation(text, [], buildText(textWith(text)));

  it('rename the image', () => {
    expect(built('images:').container.image).toBe(`registry.example.com/nodelocal-otlp:${packageJson.version}`);
  });

  it('change the configuration', () => {
    const { settings } = built('survive: 60s');
    expect(settings).toEqual(loadSettings({ flags: { retrySurvive: '60s', envFromUnseen: 'skip' } }).settings);
  });

  it('open another port', () => {
    const ports = built('port: 7443')
      .the('NetworkPolicy')
      .spec?.egress?.[0]?.ports?.map(({ port }) => port);
    expect(ports).toEqual([443, 6443, 8443, 16443, 7443]);
  });

  it('change the queues, by the rules for them', () => {
    const agent = new Agent('docs', [], buildText(textWith('queues.yaml')));
    expect(agent.config.exporters['otlp_http/traces']?.sending_queue.queue_size).toBe(48 * 1024 * 1024);
    expect(sizingProblems(agent)).toEqual([]);
  });

  it('withhold ConfigMaps', () => {
    const names = built('- manifests/webhook')
      .all('ClusterRole')
      .map(({ metadata }) => metadata?.name);
    expect(names).toEqual(['nodelocal-otlp-webhook']);
  });
});

describe('the docs', () => {
  it.each(componentNames)('have the component %s in their table', (name) => {
    expect(installation).toMatch(new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  });

  it.each(platforms.split(/^#{2,3} /m).slice(1))('say of a platform that it was not run: %s', (section) => {
    if (!section.startsWith('Any cluster')) expect(section).toContain('*Not run.*');
  });

  it('name what the manifests have', () => {
    const [files] = installations;
    for (const kind of ['MutatingWebhookConfiguration', 'ConfigMap', 'Deployment'] as const) {
      expect(installation).toContain(String(files?.the(kind).metadata?.name));
    }
    expect(installation).toContain('nodelocal-otlp-ca');
    expect(platforms).toContain(`name="${files?.webhook.name}"`);
  });

  it.each(['platforms', 'agent'])('lead somewhere in %s.md', (page) => {
    const anchors = read(`docs/${page}.md`)
      .match(/^#+ .*$/gm)
      ?.map((line) => line.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'));
    const linked = [...installation.matchAll(new RegExp(`\\(${page}\\.md#([^)]+)\\)`, 'g'))].map(
      ([, anchor]) => anchor,
    );
    expect(linked.length).toBeGreaterThan(0);
    for (const anchor of linked) expect(anchors).toContain(anchor);
  });
});
