import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadSettings, type SettingsInput } from '../../src/config/load.ts';
import { envName, flagAttribute, flagName } from '../../src/config/names.ts';
import { ConfigError, describeProblem } from '../../src/config/problems.ts';
import { defaultSettings, type SettingKey, settingRows } from '../../src/config/settings.ts';
import { splitKey, valueAt } from '../../src/config/shape.ts';
import { outOfBounds, values } from './values.ts';

const file = (text: string) => ({ path: 'config.yaml', text });
const fileWith = (key: string, value: unknown) => {
  const { group, leaf } = splitKey(key);
  return file(stringify(group === undefined ? { [leaf]: value } : { [group]: { [leaf]: value } }));
};
const asText = (value: unknown): string => (Array.isArray(value) ? value.join(',') : String(value));

/** What the loader says against the input, one line a problem; empty when it accepts it. */
function problemsOf(input: SettingsInput): string[] {
  try {
    loadSettings(input);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(describeProblem);
  }
}

describe('loadSettings', () => {
  it('returns the defaults when nobody sets anything', () => {
    const { settings, sources, warnings } = loadSettings({});
    expect(settings).toEqual(defaultSettings);
    expect(new Set(sources.values())).toEqual(new Set(['default']));
    expect([...sources.keys()]).toEqual(settingRows.map((row) => row.key));
    expect(warnings).toEqual([]);
  });

  it.each(['', '\n', '# nothing\n', '---\n', 'retry:\n', 'retry: {}\nlog:\n  # level: debug\n', '{}', '\uFEFF{}\r\n'])(
    'accepts a file that sets nothing: %j',
    (text) => expect(loadSettings({ file: file(text) }).settings).toEqual(defaultSettings),
  );

  it('reads typed values: durations, bytes, lists', () => {
    const text = 'retry: {survive: 1m, smallMemory: 1Gi}\nexclude:\n  containers: [a, "b-*"]\n';
    const { settings } = loadSettings({ file: file(text), env: { NODELOCAL_OTLP_EXCLUDE_IMAGES: ' x , y ' } });
    expect(settings.retry).toMatchObject({ survive: { ms: 60_000 }, smallMemory: 1024 ** 3, queueSize: 8192 });
    expect(settings.exclude).toEqual({ containers: ['a', 'b-*'], images: ['x', 'y'] });
  });

  it('says where each value came from', () => {
    const { sources } = loadSettings({
      file: file('# first line\nprotocol: grpc\nretry:\n  survive: 60s\n'),
      env: { NODELOCAL_OTLP_IDENTITY: 'never' },
      flags: { port: '9443', config: 'config.yaml' },
    });
    expect(sources.get('protocol')).toBe('config.yaml:2');
    expect(sources.get('retry.survive')).toBe('config.yaml:4');
    expect(sources.get('identity')).toBe('NODELOCAL_OTLP_IDENTITY');
    expect(sources.get('server.port')).toBe('--port');
    expect(sources.get('log.level')).toBe('default');
  });

  it('takes the strongest source: flag, environment, file, default', () => {
    const scenario = fc.constantFrom(...settingRows).chain((row) => {
      const value = fc.option(fc.constantFrom(...values[row.key].good), { nil: undefined });
      return fc.record({ row: fc.constant(row), inFile: value, inEnv: value, inFlag: value });
    });
    fc.assert(
      fc.property(scenario, ({ row, inFile, inEnv, inFlag }) => {
        const { settings, sources } = loadSettings({
          ...(inFile !== undefined && { file: fileWith(row.key, inFile) }),
          env: { [envName(row)]: inEnv === undefined ? undefined : asText(inEnv) },
          flags: { [flagAttribute(row)]: inFlag === undefined ? undefined : asText(inFlag) },
        });
        const want = [
          { raw: inFlag, source: /^--/ },
          { raw: inEnv, source: /^NODELOCAL_OTLP_/ },
          { raw: inFile, source: /^config\.yaml:[12]$/ },
          { raw: row.default, source: /^default$/ },
        ].find(({ raw }) => raw !== undefined);
        expect(valueAt(settings, row.key)).toEqual(row.type.read(want?.raw));
        expect(sources.get(row.key)).toMatch(want?.source ?? /never/);
      }),
    );
  });
});

describe('what loadSettings refuses', () => {
  it('reports everything at once, each with its key, its place, what was got and what is expected', () => {
    const input = {
      file: file('protocol: http/json\nretry:\n  survive: 30\n  queuesize: 9000\nendpoint:\n  httpPort: 4317\n'),
      env: { NODELOCAL_OTLP_IDENTITY: 'sometimes' },
      flags: { metricsPort: 'http' },
    };
    expect(problemsOf(input)).toEqual([
      'retry.queuesize (config.yaml:4): got an unknown key, expected one of docs/configuration.md; did you mean retry.queueSize?',
      'protocol (config.yaml:1): got "http/json", expected one of http/protobuf, grpc',
      'retry.survive (config.yaml:3): got 30, expected a time with its unit (500ms, 1m30s) from 1s to 5m',
      'identity (NODELOCAL_OTLP_IDENTITY): got "sometimes", expected one of auto, always, never',
      'server.metricsPort (--metrics-port): got "http", expected a whole number from 0 to 65535',
      'endpoint.grpcPort and endpoint.httpPort (default and config.yaml:6): got 4317 and 4317, expected two different ports',
    ]);
    expect(() => loadSettings(input)).toThrow(expect.objectContaining({ code: 'bad-settings' }));
    expect(() => loadSettings(input)).toThrow(/cannot be used:\n {2}retry\.queuesize/);
  });

  it('reports a value even if a stronger source overrides it', () => {
    const input = { file: file('identity: maybe'), flags: { identity: 'never' } };
    expect(problemsOf(input)).toEqual(['identity (config.yaml:1): got "maybe", expected one of auto, always, never']);
  });

  const bad = settingRows.flatMap((row) =>
    [...values[row.key].bad, ...(outOfBounds[row.key] ?? [])].map((value) => ({ row, value })),
  );
  it.each(bad)('$row.key: $value', ({ row, value }) => {
    const problems = problemsOf({ file: fileWith(row.key, value) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${row.key} \\(config\\.yaml:[12]\\): got .*, expected `));
    expect(problems[0]).toContain(row.type.expected);
  });

  it.each([
    { name: 'broken YAML', text: 'retry: {', want: ['the file (config.yaml:1): got invalid YAML: '] },
    {
      name: 'a key twice',
      text: 'protocol: grpc\nidentity: auto\nprotocol: grpc\n',
      want: ['the file (config.yaml:3): '],
    },
    { name: 'two documents', text: 'protocol: grpc\n---\nidentity: auto\n', want: ['the file (config.yaml:'] },
    {
      name: 'an unknown tag',
      text: 'protocol: !secret grpc\n',
      want: ['the file (config.yaml:1): got invalid YAML: '],
    },
    {
      name: 'an alias',
      text: 'protocol: &p grpc\nidentity: *p\n',
      want: ['the file (config.yaml:2): got a YAML alias'],
    },
    { name: 'a list', text: '- protocol\n', want: ['the file (config.yaml:1): got ["protocol"], expected keys'] },
    { name: 'a text for a group', text: '\nretry: 30s\n', want: ['retry (config.yaml:2): got "30s", expected keys'] },
    { name: 'a key as YAML merges', text: '<<: {protocol: grpc}\n', want: ['<< (config.yaml:1): got an unknown key'] },
    {
      name: 'a prototype as key',
      text: '__proto__: {a: 1}\n',
      want: ['__proto__ (config.yaml:1): got an unknown key'],
    },
    { name: 'a map as key', text: '? {a: 1}\n: grpc\n', want: ['the file (config.yaml:1): '] },
  ])('$name', ({ text, want }) => {
    expect(problemsOf({ file: file(text) })).toEqual(want.map((line) => expect.stringContaining(line)));
  });

  it.each([
    ['retyr:\n  survive: 30s', 'retry'],
    ['survive: 30s', 'retry.survive'],
    ['retry:\n  surive: 30s', 'retry.survive'],
    ['endpoint:\n  protocol: grpc', 'protocol'],
    ['webhook:\n  port: 1', undefined],
    ['endpoint:\n  clusterIps: []', 'endpoint.clusterIPs'],
    ['colour: blue', undefined],
  ])('an unknown key, guessing what was meant: %j', (text, meant) => {
    const [problem = ''] = problemsOf({ file: file(text) });
    expect(/did you mean (.*)\?$/.exec(problem)?.[1]).toBe(meant);
  });

  it.each([
    ['NODELOCAL_OTLP_SERVER_PORT', 'tcp://10.0.0.1:443', 'server.port'],
    ['NODELOCAL_OTLP_RETRY_QUEUE_SIZE', '', 'retry.queueSize'],
    ['NODELOCAL_OTLP_RETRY_QUEUE_SIZE', '1e4', 'retry.queueSize'],
    ['NODELOCAL_OTLP_RETRY_SURVIVE', ' 30s', 'retry.survive'],
    ['NODELOCAL_OTLP_EXCLUDE_IMAGES', 'a,,b', 'exclude.images'],
    ['NODELOCAL_OTLP_PROTOCOL', '', 'protocol'],
  ])('%s=%j', (name, value, key) => {
    expect(problemsOf({ env: { [name]: value } })).toEqual([expect.stringMatching(`^${key} \\(${name}\\): `)]);
  });

  it('a flag without its value', () => {
    expect(problemsOf({ flags: { protocol: true } })).toEqual([expect.stringContaining('(--protocol): got true')]);
  });

  it.each<{ name: string; flags: Partial<Record<SettingKey, string>> }>([
    { name: 'one port for both protocols', flags: { 'endpoint.grpcPort': '4318' } },
    { name: 'a small queue larger than the other', flags: { 'retry.smallQueueSize': '9000' } },
    { name: 'a key without a certificate', flags: { 'tls.keyFile': 'tls.key' } },
    { name: 'a certificate without a key', flags: { 'tls.certFile': 'tls.crt' } },
    { name: 'one port for reviews and metrics', flags: { 'server.port': '8080' } },
    { name: 'a ConfigMap wait as long as the review', flags: { 'server.requestTimeout': '500ms' } },
    { name: 'a buffer smaller than a review', flags: { 'server.maxBufferedSize': '19Mi' } },
  ])('$name', ({ flags }) => {
    const rows = settingRows.filter((row) => flags[row.key] !== undefined);
    const problems = problemsOf({ flags: Object.fromEntries(rows.map((row) => [flagAttribute(row), flags[row.key]])) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/ and .*expected /);
    for (const row of rows) expect(problems[0]).toContain(`--${flagName(row)}`);
  });

  it('judges no rule on a value that is wrong by itself', () => {
    expect(problemsOf({ flags: { endpointGrpcPort: 'x', endpointHttpPort: '4317' } })).toHaveLength(1);
  });

  it('accepts both TLS files, and any free port twice', () => {
    const flags = { tlsCertFile: 'tls.crt', tlsKeyFile: 'tls.key', port: '0', metricsPort: '0' };
    expect(problemsOf({ flags })).toEqual([]);
  });

  it('shortens what was got', () => {
    const [problem = ''] = problemsOf({ flags: { protocol: 'x'.repeat(5000) } });
    expect(problem.length).toBeLessThan(200);
  });
});

describe('warnings', () => {
  it.each([
    ['NODELOCAL_OTLP_RETRY_SURVIV', 'NODELOCAL_OTLP_RETRY_SURVIVE'],
    ['NODELOCAL_OTLP_PORTOCOL', 'NODELOCAL_OTLP_PROTOCOL'],
    ['NODELOCAL_OTLP_LOGLEVEL', 'NODELOCAL_OTLP_LOG_LEVEL'],
  ])('names %s, which is nearly a setting', (name, meant) => {
    expect(loadSettings({ env: { [name]: 'x' } }).warnings).toEqual([
      `${name} in the environment is not a setting; did you mean ${meant}?`,
    ]);
  });

  it.each(['NODELOCAL_OTLP_WEBHOOK_PORT', 'NODELOCAL_OTLP_POD_NAME', 'NODELOCAL_OTLP_HOST_IP', 'RETRY_SURVIV'])(
    'is silent about %s',
    (name) => expect(loadSettings({ env: { [name]: 'tcp://10.0.0.1:443' } }).warnings).toEqual([]),
  );
});
