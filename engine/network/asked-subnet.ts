import { EngineError } from '#engine/contract/errors.ts';

import { firstUsable, isUsable } from './choose-address.ts';
import type { HostRoute } from './host-routes.ts';
import {
  contains,
  formatAddress,
  formatSubnet,
  overlap,
  parseAddress,
  parseSubnet,
  type Address,
  type Family,
  type Subnet,
} from './ip-address.ts';
import { subnetsOfNetwork, type Network, type NetworkSubnet } from './network.ts';

/** A subnet somebody wishes for; what is left out is chosen. */
export interface SubnetRequest {
  readonly subnet?: string | undefined;
  readonly gateway?: string | undefined;
  readonly range?: string | undefined;
  readonly reserved?: Readonly<Record<string, string>> | undefined;
}

export interface AskedSubnet extends SubnetRequest {
  readonly parsed: Subnet;
}

/** At most one of each family. @throws EngineError `invalid-argument`. */
export function askedSubnet(asked: readonly SubnetRequest[], family: Family): AskedSubnet | undefined {
  const found = asked.flatMap((request) => {
    const { subnet = '' } = request;
    if (subnet === '' && (request.gateway ?? '') === '' && (request.range ?? '') === '') return [];
    const parsed = parseSubnet(subnet);
    if (parsed === undefined) {
      throw new EngineError(
        'invalid-argument',
        `invalid network config: invalid subnet "${subnet}": write the network's own address, like 172.28.0.0/16`,
      );
    }
    return parsed.family === family ? [{ ...request, parsed }] : [];
  });
  if (found.length > 1) {
    throw new EngineError(
      'invalid-argument',
      `bridge driver doesn't support multiple subnets of IPv${family}; name one`,
    );
  }
  return found[0];
}

/** With what was left out chosen. @throws EngineError `conflict` where others have it, `invalid-argument`. */
export function checkedSubnet(
  asked: AskedSubnet,
  others: readonly Network[],
  routes: readonly HostRoute[],
): NetworkSubnet {
  const { parsed, gateway = '', reserved = {} } = asked;
  refuseUsed(parsed, others, routes);
  for (const [name, value] of Object.entries(reserved)) inside(parsed, value, `auxiliary address ${name}=`);
  const own = gateway === '' ? firstUsable(parsed) : inside(parsed, gateway, 'gateway ');
  if (!isUsable({ subnet: parsed, kept: [] }, own)) {
    throw new EngineError(
      'invalid-argument',
      `no matching subnet for gateway ${gateway}: it is the network's own or its broadcast address`,
    );
  }
  return {
    subnet: formatSubnet(parsed),
    gateway: formatAddress(own),
    ...rangeOf(asked),
    ...(Object.keys(reserved).length === 0 ? {} : { reserved: { ...reserved } }),
    isChosen: false,
  };
}

function rangeOf({ parsed, range = '' }: AskedSubnet): Pick<NetworkSubnet, 'range'> {
  if (range === '') return {};
  const within = parseSubnet(range);
  if (within !== undefined && within.prefix >= parsed.prefix && overlap(parsed, within)) {
    return { range: formatSubnet(within) };
  }
  const text = formatSubnet(parsed);
  throw new EngineError('invalid-argument', `no matching subnet for range ${range}: it is no part of ${text}`);
}

function inside(subnet: Subnet, text: string, what: string): Address {
  const found = parseAddress(text);
  if (found !== undefined && contains(subnet, found)) return found;
  throw new EngineError(
    'invalid-argument',
    `no matching subnet for ${what}${text}: it is not in ${formatSubnet(subnet)}`,
  );
}

function refuseUsed(subnet: Subnet, others: readonly Network[], routes: readonly HostRoute[]): void {
  const other = others.find((candidate) => subnetsOfNetwork(candidate).some((own) => overlap(own, subnet)));
  if (other !== undefined) {
    throw new EngineError(
      'conflict',
      `Pool overlaps with other one on this address space: the network ${other.name} has ${subnetsOfNetwork(other).map(formatSubnet).join(' and ')}; choose another subnet than ${formatSubnet(subnet)}.`,
    );
  }
  const route = routes.find((candidate) => overlap(candidate.subnet, subnet));
  if (route === undefined) return;
  throw new EngineError(
    'conflict',
    `Pool overlaps with other one on this address space: the machine has a route to ${formatSubnet(route.subnet)} through ${route.device}; choose another subnet than ${formatSubnet(subnet)}.`,
  );
}
