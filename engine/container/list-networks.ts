import type { NetworkMember, NetworkSummary } from '#engine/contract/network.ts';
import { isPredefined, mtuOf, resolvesNames, type Network } from '#engine/network/network.ts';

import { attachmentsOf } from './container-network.ts';
import type { ContainerParts } from './container-parts.ts';
import { isUp, type Container } from './container.ts';

/** Every network by name, those that every engine has first, and who is in each. */
export function listNetworks(parts: ContainerParts): NetworkSummary[] {
  return parts.networks.table
    .list()
    .map((network) => summariseNetwork(parts, network))
    .toSorted((a, b) => Number(b.isPredefined) - Number(a.isPredefined) || a.name.localeCompare(b.name));
}

export function summariseNetwork(parts: ContainerParts, network: Network): NetworkSummary {
  const { id, name, createdAt, config } = network;
  const subnets = [config.ipv4, config.ipv6].filter((family) => family !== undefined);
  return {
    id,
    name,
    driver: config.driver,
    isPredefined: isPredefined(name),
    resolvesNames: resolvesNames(network),
    internal: config.internal,
    createdAt,
    labels: config.labels,
    subnets: subnets.map(({ subnet, gateway }) => ({ subnet, gateway })),
    mtu: mtuOf(network),
    members: parts.table.list().flatMap((container) => memberOf(parts, network, container)),
  };
}

function memberOf(parts: ContainerParts, network: Network, container: Container): NetworkMember[] {
  const { id, name, state } = container;
  const attachment = attachmentsOf(container).find((one) => one.network === network.id);
  const isIn = attachment !== undefined || (network.name === 'host' && container.config.network === 'host');
  if (!isIn) return [];
  const place = parts.networks.endpoints.ofContainer(id).find(({ networkId }) => networkId === network.id);
  return [
    {
      id,
      name,
      running: isUp(state),
      aliases: [...(attachment?.aliases ?? [])],
      ...(place?.ipv4 === undefined ? {} : { ipv4: place.ipv4 }),
      ...(place?.ipv6 === undefined ? {} : { ipv6: place.ipv6 }),
      ...(place === undefined ? {} : { hardwareAddress: place.hardwareAddress }),
    },
  ];
}
