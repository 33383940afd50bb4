import { commentedExample } from './example.ts';
import { envName, flagName } from './names.ts';
import { rules } from './rules.ts';
import { type SettingKey, settingRows } from './settings.ts';
import { type SettingRow, splitKey } from './shape.ts';

/** The sections in order, with a line about each; keys without a dot are in `general`. */
const groups: Readonly<Record<string, string>> = {
  endpoint: 'Where apps send their telemetry.',
  general: 'Settings that stand at the top level.',
  envFrom: 'Variables that a container takes from ConfigMaps and Secrets. Secrets are never read.',
  exclude: 'Containers that are never injected, unless the annotation `nodelocal-otlp.dev/containers` names them.',
  retry: 'What SDKs do while the agent is away.',
  server:
    'The listeners of the webhook. No name here begins with `webhook`, because the kubelet sets variables such as `NODELOCAL_OTLP_WEBHOOK_PORT` for the Service of that name.',
  tls: 'The certificate of the webhook.',
  certificates: 'How long the CA and the certificates last that the webhook makes for itself in a cluster.',
  log: 'What is logged.',
} satisfies Record<GroupOf<SettingKey>, string>;

type GroupOf<Key> = Key extends `${infer Group}.${string}` ? Group : 'general';

/** The page docs/configuration.md: how settings are given, then each of them. */
export function configurationReference(): string {
  return [
    introduction,
    ...Object.entries(groups).map(([group, about]) => section(group, about)),
    between(),
    `## A file with every setting\n\nAll values are the defaults.\n\n${fence('yaml', commentedExample())}`,
  ].join('\n');
}

const introduction = `# Configuration

<!-- Generated from src/config/settings.ts by \`npm run docs\`; changes made here are lost. -->

Every setting has a default, so nodelocal-otlp runs without any configuration. To change one, use, in this order:

1. a flag on the command line,
2. an environment variable,
3. the configuration file given with \`--config FILE\`,
4. otherwise the default holds.

${fence('yaml', '# yaml-language-server: $schema=configuration.schema.json\nprotocol: grpc\nretry:\n  survive: 60s\nexclude:\n  images: ["*/proxyv2*", "registry.example/tools/*"]\n')}
- Durations and sizes need a unit: \`500ms\`, \`30s\`, \`5m\`; \`64Ki\`, \`256Mi\`, \`1Gi\`.
- In flags and environment variables, lists are separated by commas: \`--exclude-containers istio-proxy,dind\`. A list replaces
  the default, it is not added to it.
- Unknown keys are errors. Each value is checked, even where a stronger source overrides it, and all problems are reported at
  once, each with the place it came from. An environment variable that is nearly the name of a setting gets a warning.
- [configuration.schema.json](configuration.schema.json) describes the file for editors.

Settings marked **pods** change what is injected: pods that were created before keep what they have until they are
created again. The others only concern the webhook itself.
`;

function section(group: string, about: string): string {
  const rows = settingRows.filter(({ key }) => (splitKey(key).group ?? 'general') === group);
  const head = '| Key | Default | Flag, environment variable | Meaning |\n|---|---|---|---|\n';
  return `## ${group}\n\n${about}\n\n${head}${rows.map(tableRow).join('')}`;
}

function tableRow(row: SettingRow): string {
  const names = `\`--${flagName(row)}\`<br>\`${envName(row)}\``;
  const meaning = `${row.description} ${sentence(row.type.expected)}${row.affectsInjection ? ' **pods**' : ''}`;
  return `| ${[`\`${row.key}\``, defaultCell(row.default), names, meaning].join(' | ')} |\n`;
}

function defaultCell(value: SettingRow['default']): string {
  const values = typeof value === 'object' ? value : [String(value)];
  const shown = values.filter((text) => text !== '').map((text) => `\`${text}\``);
  return shown.length === 0 ? 'empty' : shown.join('<br>');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function between(): string {
  const lines = rules.map(({ keys, expected }) => `- ${keys.map((key) => `\`${key}\``).join(' and ')}: ${expected}.\n`);
  return `## Rules between settings\n\n${lines.join('')}`;
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\`\`\`\n`;
}
