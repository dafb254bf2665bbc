import { isIP } from 'node:net';

import type { DnsConfig } from './container-network.ts';

/** What resolv.conf(5) says. */
export type ResolverSettings = DnsConfig;

export function parseResolver(text: string): ResolverSettings {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const last = (word: string): string[] => lines.findLast(([first]) => first === word)?.slice(1) ?? [];
  return {
    servers: lines.flatMap(([first, server = '']) => (first === 'nameserver' && server !== '' ? [server] : [])),
    search: last('search'),
    options: lines.flatMap(([first, ...words]) => (first === 'options' ? words : [])),
  };
}

/** Servers that can be asked from elsewhere than the machine itself. */
export function reachableServers({ servers }: ResolverSettings): string[] {
  return servers.filter((server) => isIP(server.split('%')[0] ?? '') !== 0 && !/^(127\.|::1$|fe80:)/i.test(server));
}

/** What a container asked for, over what the machine has; `--dns-search .` asks for nothing to be searched. */
export function overlaid(machine: ResolverSettings, asked: DnsConfig | undefined): ResolverSettings {
  const or = (own: readonly string[] | undefined, other: readonly string[]): string[] =>
    own === undefined || own.length === 0 ? [...other] : [...own];
  return {
    servers: or(asked?.servers, machine.servers),
    search: or(asked?.search, machine.search).filter((domain) => domain !== '.'),
    options: or(asked?.options, machine.options),
  };
}

export function formatResolver({ servers, search, options }: ResolverSettings): string {
  return [
    ...servers.map((server) => `nameserver ${server}`),
    ...(search.length === 0 ? [] : [`search ${search.join(' ')}`]),
    ...(options.length === 0 ? [] : [`options ${options.join(' ')}`]),
    '',
  ].join('\n');
}
