import { BlockList, isIP } from 'node:net';
import type { Protocol } from '../retry/language.ts';
import type { Environment } from './environment.ts';
import type { Skip } from './user-managed.ts';

const httpProxyNames = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
/** gRPC libraries also read these for a plain-text target (gRPC core and grpc-js environment variables; Go's net/http for https). */
const grpcProxyNames = [...httpProxyNames, 'grpc_proxy', 'GRPC_PROXY', 'https_proxy', 'HTTPS_PROXY'];
const noProxyNames = ['NO_PROXY', 'no_proxy'];

/** Every variable that can decide whether a proxy stands between a container and its agent. */
export const proxyVariables: ReadonlySet<string> = new Set([...grpcProxyNames, ...noProxyNames]);

/**
 * The skip for a container whose OTLP would go through an HTTP proxy. Each of NO_PROXY and no_proxy
 * that is set has to cover the host, since programs differ in which one they read.
 */
export function proxiedSkip(
  { settings }: Environment,
  protocol: Protocol,
  host: string,
  port: number,
): Skip | undefined {
  const names = protocol === 'grpc' ? grpcProxyNames : httpProxyNames;
  const proxy = names.find((name) => {
    const setting = settings.get(name);
    return setting !== undefined && !(setting.kind === 'literal' && setting.value.trim() === '');
  });
  if (proxy === undefined) return undefined;
  const exceptions = noProxyNames.flatMap((name) => settings.get(name) ?? []);
  const covered =
    exceptions.length > 0 && exceptions.every((e) => e.kind === 'literal' && noProxyCovers(e.value, host, port));
  return covered ? undefined : { reason: 'http-proxy', detail: `${proxy} is set, NO_PROXY does not cover ${host}` };
}

/**
 * Whether a NO_PROXY list exempts a host: `*`, the host itself, a domain it is in (with or without a leading
 * dot or `*.`), an IP address or CIDR block that holds it; an entry may name a port.
 */
export function noProxyCovers(list: string, host: string, port: number): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && entryCovers(withoutPort(entry, port), bare));
}

function entryCovers(entry: string, host: string): boolean {
  if (entry === '*' || entry === host) return true;
  if (isIP(host)) return isIP(entry) ? sameAddress(entry, host) : inBlock(entry, host);
  const domain = entry.replace(/^\*?\./, '');
  return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
}

function withoutPort(entry: string, port: number): string {
  const unbracketed = /^\[(.+)\](?::(\d+))?$/.exec(entry);
  if (unbracketed) return unbracketed[2] === undefined || Number(unbracketed[2]) === port ? (unbracketed[1] ?? '') : '';
  return entry.endsWith(`:${port}`) && isIP(entry) === 0 ? entry.slice(0, -`:${port}`.length) : entry;
}

function sameAddress(a: string, b: string): boolean {
  const list = new BlockList();
  list.addAddress(a, family(a));
  return list.check(b, family(b));
}

function inBlock(entry: string, address: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const size = isIP(network) === 4 ? 32 : 128;
  if (!isIP(network) || !/^\d{1,3}$/.test(bits) || Number(bits) > size) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family(network));
  return list.check(address, family(address));
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
