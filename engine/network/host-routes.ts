import { readFile } from 'node:fs/promises';

import type { Subnet } from './ip-address.ts';

/** A network that the machine has a route to. */
export interface HostRoute {
  readonly subnet: Subnet;
  /** The interface that leads there. */
  readonly device: string;
}

/**
 * What the machine routes somewhere in particular, in the engine's own network namespace: everything but the default
 * route, its own addresses, multicast and link-local ones.
 */
export async function hostRoutes(): Promise<readonly HostRoute[]> {
  const [v4, v6] = await Promise.all([
    readFile('/proc/self/net/route', 'utf8').catch(() => ''),
    readFile('/proc/self/net/ipv6_route', 'utf8').catch(() => ''),
  ]);
  return [...parseRoutes4(v4), ...parseRoutes6(v6)];
}

/** A line for each: interface, destination, …, mask as the eighth; in the machine's own byte order (proc_pid_net(5)). */
export function parseRoutes4(text: string): HostRoute[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [device, destination, , , , , , mask] = line.split(/\s+/);
      if (device === undefined || destination === undefined || mask === undefined) return [];
      const prefix = fromLittleEndian(mask).toString(2).replaceAll('0', '').length;
      return prefix === 0 ? [] : [{ device, subnet: { family: 4, value: fromLittleEndian(destination), prefix } }];
    });
}

/** Destination and the length of its prefix first, the interface last, all in hex. */
export function parseRoutes6(text: string): HostRoute[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/);
    const [destination, length] = fields;
    const device = fields.at(-1);
    if (destination === undefined || length === undefined || device === undefined || device === 'lo') return [];
    const subnet: Subnet = { family: 6, value: BigInt(`0x${destination}`), prefix: Number.parseInt(length, 16) };
    const isEverybodys = subnet.prefix === 0 || /^(fe[89ab]|ff)/.test(destination);
    return isEverybodys ? [] : [{ device, subnet }];
  });
}

function fromLittleEndian(hex: string): bigint {
  return BigInt(`0x${hex.match(/../g)?.toReversed().join('') ?? '0'}`);
}
