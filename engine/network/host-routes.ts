import type { Subnet } from './ip-address.ts';
import type { NetworkHome } from './network-home.ts';

/** A network that the machine has a route to. */
export interface HostRoute {
  readonly subnet: Subnet;
  /** The interface that leads there. */
  readonly device: string;
}

/**
 * What is routed somewhere in particular where the bridges are: everything but the default route, the machine's own
 * addresses, multicast and link-local ones.
 */
export async function hostRoutes(home: NetworkHome): Promise<readonly HostRoute[]> {
  const [v4, v6] = await Promise.all([home.read('route'), home.read('ipv6_route')]);
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
