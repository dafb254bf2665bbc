import { connectContainer, disconnectContainer } from '#engine/container/connect-container.ts';
import { listNetworks, summariseNetwork } from '#engine/container/list-networks.ts';
import type { NetworkCreate } from '#engine/contract/network.ts';
import { createNetwork, type NetworkRequest } from '#engine/network/create-network.ts';
import { pruneNetworks } from '#engine/network/prune-networks.ts';
import { removeNetwork } from '#engine/network/remove-network.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf } from './area.ts';

export function networkCalls({ containers }: Engine): CallsOf<'networks'> {
  const { networks } = containers;
  return {
    'networks.list': async () => listNetworks(containers),
    'networks.get': async ({ network }) => summariseNetwork(containers, networks.table.find(network)),
    'networks.create': async (request) =>
      summariseNetwork(containers, await createNetwork(networks, requestOf(request))),
    'networks.remove': async ({ network }) => {
      await removeNetwork(networks, network);
      return {};
    },
    'networks.connect': async ({ network, container, ...wishes }) => {
      await connectContainer(containers, { network, container }, wishes);
      return {};
    },
    'networks.disconnect': async (place) => {
      await disconnectContainer(containers, place);
      return {};
    },
    'networks.prune': async () => ({ removed: await pruneNetworks(networks, () => true) }),
  };
}

function requestOf({ subnet, gateway, ...request }: NetworkCreate): NetworkRequest {
  if (subnet === undefined) return request;
  return { ...request, subnets: [{ subnet, gateway }] };
}
