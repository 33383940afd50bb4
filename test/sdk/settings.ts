import { defaultSettings } from '../../src/config/settings.ts';
import type { EnvVar, Pod } from '../../src/inject/pod.ts';
import type { InjectionSettings } from '../../src/inject/settings.ts';
import type { Language, Transport } from '../../src/retry/language.ts';
import { addedTo } from '../lab/injected-env.ts';

/** What a pod of an app says. */
export interface PodOf {
  readonly language: Language | undefined;
  readonly transport: Transport;
  /** Variables its user sets. */
  readonly user?: Readonly<Record<string, string>>;
  readonly runsToCompletion?: boolean;
}

export interface Injected {
  readonly endpoint: Readonly<Record<string, string>>;
  /** Retry and buffer variables, in the order in which they are added. */
  readonly retry: Readonly<Record<string, string>>;
}

/**
 * What the core injects into such a pod, its own protocol variable included.
 *
 * @param host the name or address of the Service
 */
export function injected(pod: PodOf, host: string): Injected {
  const protocol = pod.transport === 'grpc' ? 'grpc' : 'http/protobuf';
  const user = { OTEL_EXPORTER_OTLP_PROTOCOL: protocol, ...pod.user };
  const added = addedTo(podOf(pod, user), settingsFor(host), isAddress(host) ? [host] : []);
  const named = (origins: readonly string[]) =>
    Object.fromEntries(
      added.filter(({ origin }) => origins.includes(origin)).map(({ entry }) => [entry.name, valueOf(entry)]),
    );
  return {
    endpoint: { ...named(['endpoint']), OTEL_EXPORTER_OTLP_PROTOCOL: protocol },
    retry: named(['universal', 'language']),
  };
}

function valueOf({ name, value }: EnvVar): string {
  if (value === undefined) throw new Error(`${name} has no literal value`);
  return value;
}

function podOf({ language, runsToCompletion }: PodOf, user: Readonly<Record<string, string>>): Pod {
  const env = Object.entries(user).map(([name, value]) => ({ name, value }));
  const container = { name: 'app', env };
  return {
    metadata: language === undefined ? {} : { annotations: { 'nodelocal-otlp.dev/language': language } },
    // An init container runs to completion.
    spec: runsToCompletion === true ? { containers: [], initContainers: [container] } : { containers: [container] },
  };
}

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host);

function settingsFor(host: string): InjectionSettings {
  const { endpoint } = defaultSettings;
  if (isAddress(host)) return { ...defaultSettings, endpoint: { ...endpoint, mode: 'cluster-ip' } };
  const [service = '', namespace = ''] = host.split('.');
  return { ...defaultSettings, endpoint: { ...endpoint, service, namespace } };
}

/** One of the settings that a matrix compares. */
export interface Column {
  readonly name: string;
  /** All variables of an app, endpoint included. */
  readonly variables: (app: PodOf, host: string) => Readonly<Record<string, string>>;
}

const defaults: Column = { name: 'defaults', variables: (app, host) => injected(app, host).endpoint };
const ours: Column = {
  name: 'injected',
  variables: (app, host) => {
    const { endpoint, retry } = injected(app, host);
    return { ...endpoint, ...retry };
  },
};

/** Defaults and injected settings, and what is tried on top of these. */
export function columnsWith(tried: Readonly<Record<string, string>>): Column[] {
  if (Object.keys(tried).length === 0) return [defaults, ours];
  const variables: Column['variables'] = (app, host) => {
    const all = { ...ours.variables(app, host), ...tried };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  };
  return [defaults, ours, { name: 'tried', variables }];
}
