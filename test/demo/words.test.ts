import { describe, expect, it } from 'vitest';
import type { Account } from '../../src/demo/account.ts';
import { seconds } from '../../src/retry/quantity.ts';
import { apps, conclusion, injection, introduction, progress, table } from '../../src/demo/words.ts';

const variables = [
  { name: 'OTEL_EXPORTER_OTLP_ENDPOINT', value: 'http://127.0.0.1:36345' },
  { name: 'OTEL_EXPORTER_OTLP_PROTOCOL', value: 'http/protobuf' },
  { name: 'OTEL_BSP_MAX_QUEUE_SIZE', value: '8192' },
];
const none = { delivered: 0, duplicates: 0, refused: 0, dropped: 0, lost: 0 };
const accounts: Account[] = [
  { ...none, restart: 'surge', app: 'defaults', produced: 2330, delivered: 2330 },
  { ...none, restart: 'surge', app: 'injected', produced: 2335, delivered: 2335 },
  {
    restart: 'gap',
    app: 'defaults',
    produced: 12_205,
    delivered: 652,
    duplicates: 0,
    refused: 9,
    dropped: 11_041,
    lost: 11_553,
  },
  { ...none, restart: 'gap', app: 'injected', produced: 12_205, delivered: 12_205, refused: 5 },
];
const withGap = (app: Account['app'], lost: number, dropped: number) =>
  accounts.map((account) =>
    account.restart === 'gap' && account.app === app ? { ...account, lost, dropped } : account,
  );

const everything = [
  ...introduction({ collector: 'otelcol-k8s 0.159.0', unusable: [] }),
  ...injection({
    url: 'https://localhost:40443/mutate-pods',
    milliseconds: 8.2,
    variables,
    refused: { typical: seconds(13.1), evidence: 'modelled' },
    clusterEndpoint: 'http://telemetry-otlp.nodelocal-otlp.svc:4318',
  }),
  ...apps(variables),
  progress(2, 1, [994, 512, 980, 512]),
  progress(24, 0, [12_345, 10_752, 12_345, 12_288]),
  '',
  ...table(accounts, 10.04),
  ...conclusion(accounts, 10.04),
];

describe('what the demo says', () => {
  it('is this', () => {
    expect(everything.join('\n')).toMatchInlineSnapshot(`
      "nodelocal-otlp gives each new pod the OTLP address of its own node, and the
      retry and buffer settings that its SDK obeys. Seen here without a cluster:
        real       the webhook, a recorded request of an API server, two Node.js apps
                   with the OpenTelemetry SDK, the agent (otelcol-k8s 0.159.0)
        stand-ins  for the Service that leads to the agent, and for the backend

      1. A pod is created. The API server asks the webhook, over TLS.
         https://localhost:40443/mutate-pods answers in 9 ms: the container gets
           OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:36345
           OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf
           OTEL_BSP_MAX_QUEUE_SIZE=8192
         In a cluster the endpoint is http://telemetry-otlp.nodelocal-otlp.svc:4318;
         there is no such name here, so the webhook is set to give an address.
         With these it survives about 13 s without an agent (modelled).

      2. Two apps start, each producing 500 numbered spans a second.
         injected   has these 3 variables
         defaults   has the first 2 only, as if set by hand

      3. The agent restarts under load: once as a rollout, once with a gap.
                           defaults               injected
           time   agents   produced   delivered   produced   delivered
            2 s        1        994         512        980         512
           24 s        0     12,345      10,752     12,345      12,288

      agent restarted         app         produced  delivered  refused    lost
      rollout, new one first  defaults       2,330      2,330        0       0
                              injected       2,335      2,335        0       0
      gap of 10.0 s           defaults      12,205        652        9  11,553
                              injected      12,205     12,205        5       0
      (refused: exports that found no agent; lost: spans that never arrived)

      The rollout lost nothing: the DaemonSet starts the new agent first.
      The gap of 10.0 s:
        defaults  lost 11,553: 11,041 did not fit its queue, 512 ran out of retries
        injected  lost nothing: its queue and its retries lasted
      What your own pods would get: nodelocal-otlp explain -f FILE"
    `);
  });

  it('fits a terminal of 80 columns', () => {
    const said = [...everything, ...introduction({ collector: undefined, unusable: [] })];
    expect(said.filter((line) => line.length > 80)).toEqual([]);
  });

  it('says plainly that there is no Collector, and which ones cannot be used', () => {
    const said = introduction({ collector: undefined, unusable: ['/usr/bin/otelcol: unknown type: "k8s_attributes"'] });
    expect(said.join('\n')).toContain('there is no Collector');
    expect(said.at(-1)).toContain('/usr/bin/otelcol: unknown type');
  });

  it.each([
    {
      name: 'both ways',
      lost: 2553,
      dropped: 2041,
      says: 'lost 2,553: 2,041 did not fit its queue, 512 ran out of retries',
    },
    { name: 'the queue', lost: 2041, dropped: 2041, says: 'lost 2,041 spans that did not fit its queue' },
    { name: 'the retries', lost: 1, dropped: 0, says: 'lost 1 span that ran out of retries' },
    { name: 'neither', lost: 0, dropped: 0, says: 'lost nothing' },
  ])('says how an app lost spans: $name', ({ lost, dropped, says }) => {
    expect(conclusion(withGap('defaults', lost, dropped), 10).join('\n')).toContain(`defaults  ${says}`);
  });

  it('does not hide that a rollout lost spans', () => {
    const lossy = accounts.map((account) => (account.restart === 'surge' ? { ...account, lost: 3 } : account));
    expect(conclusion(lossy, 10).join('\n')).toContain('The rollout lost 6 spans');
  });

  it('does not hide that our settings lost more', () => {
    expect(conclusion(withGap('injected', 20_000, 0), 10).join('\n')).toContain('injected settings lost more');
  });
});
