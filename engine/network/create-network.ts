import { randomBytes } from 'node:crypto';

import { EngineError } from '#engine/contract/errors.ts';

import { askedSubnet, checkedSubnet, type SubnetRequest } from './asked-subnet.ts';
import { chooseSubnet6 } from './choose-address.ts';
import { chosenSubnet, freeSubnet } from './free-subnet.ts';
import { hostRoutes } from './host-routes.ts';
import { checkNetworkName, checkOptions } from './network-names.ts';
import { publishNetwork } from './network-events.ts';
import type { NetworkParts } from './network-parts.ts';
import type { Network, NetworkConfig } from './network.ts';

export interface NetworkRequest {
  readonly name: string;
  readonly driver?: string | undefined;
  readonly subnets?: readonly SubnetRequest[] | undefined;
  readonly ipv6?: boolean | undefined;
  readonly internal?: boolean | undefined;
  readonly attachable?: boolean | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly options?: Readonly<Record<string, string>> | undefined;
}

/**
 * Makes a network. Its bridge is there from the first container's start to the last one's end.
 *
 * @throws EngineError `conflict` for a name or addresses that somebody has, `invalid-argument`, `not-found` for another
 * driver, `unsupported` where the engine can't make networks.
 */
export async function createNetwork(parts: NetworkParts, request: NetworkRequest): Promise<Network> {
  checkNetworkName(request.name);
  const { driver = 'bridge' } = request;
  if (driver !== '' && driver !== 'bridge') {
    throw new EngineError('not-found', `could not find plugin ${driver} in v1 plugin registry: plugin not found`);
  }
  await parts.host.requireAbility();
  return parts.table.exclusively(async () => {
    refuseTaken(parts, request.name);
    checkOptions(parts.table.list(), request.options ?? {});
    return insertNetwork(parts, request.name, await configOf(parts, request));
  });
}

/** For a caller who works on networks exclusively, and has seen that nobody has the name. */
export function insertNetwork(parts: NetworkParts, name: string, config: NetworkConfig): Network {
  const made: Network = { id: randomBytes(32).toString('hex'), name, createdAt: Date.now(), config };
  parts.table.insert(made);
  publishNetwork(parts, made, 'create');
  return made;
}

function refuseTaken(parts: NetworkParts, name: string): void {
  if (parts.table.byName(name) === undefined) return;
  throw new EngineError('conflict', `network with name ${name} already exists`);
}

async function configOf(parts: NetworkParts, request: NetworkRequest): Promise<NetworkConfig> {
  const { ipv6 = false, internal = false, attachable = false, labels = {}, options = {} } = request;
  const asked = request.subnets ?? [];
  const routes = await hostRoutes(parts.host.home);
  const others = parts.table.list();
  const v4 = askedSubnet(asked, 4);
  const v6 = askedSubnet(asked, 6);
  return {
    driver: 'bridge',
    ipv4: v4 === undefined ? freeSubnet(routes, others) : checkedSubnet(v4, others, routes),
    ...(v6 === undefined ? {} : { ipv6: checkedSubnet(v6, others, routes) }),
    ...(ipv6 && v6 === undefined ? { ipv6: chosenSubnet(chooseSubnet6(randomBytes(7).toString('hex'))) } : {}),
    internal,
    attachable,
    labels: { ...labels },
    options: { ...options },
  };
}
