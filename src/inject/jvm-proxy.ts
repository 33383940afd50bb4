import type { Environment } from './environment.ts';
import type { Container } from './pod.ts';
import type { Skip } from './user-managed.ts';

/**
 * The skip for a JVM that sends HTTP through a proxy named by system properties, which Java's OTLP senders obey
 * through the default ProxySelector, unless http.nonProxyHosts covers the host: names separated by `|`, with a `*`
 * at either end (Java documentation, "Networking Properties").
 */
export function jvmProxySkip(container: Container, { settings }: Environment, host: string): Skip | undefined {
  const texts = [...(container.command ?? []), ...(container.args ?? [])];
  for (const setting of settings.values()) {
    const text = setting.kind === 'literal' ? setting.value : setting.written;
    if (text !== undefined) texts.push(text);
  }
  if (!texts.some((text) => text.includes('-Dhttp.proxyHost='))) return undefined;
  const exempt = texts.flatMap((text) => /-Dhttp\.nonProxyHosts=["']?([^"'\s]*)/.exec(text)?.[1]?.split('|') ?? []);
  const bare = host.replace(/^\[|\]$/g, '');
  if (exempt.some((pattern) => covers(pattern, bare))) return undefined;
  return { reason: 'http-proxy', detail: `-Dhttp.proxyHost is set, -Dhttp.nonProxyHosts does not cover ${bare}` };
}

function covers(pattern: string, host: string): boolean {
  const name = pattern.toLowerCase();
  if (name === '*') return true;
  if (name.startsWith('*')) return name.length > 1 && host.endsWith(name.slice(1));
  return name.endsWith('*') ? name.length > 1 && host.startsWith(name.slice(0, -1)) : name === host;
}
