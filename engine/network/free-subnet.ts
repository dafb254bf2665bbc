import { chooseSubnet, firstUsable } from './choose-address.ts';
import type { HostRoute } from './host-routes.ts';
import { formatAddress, formatSubnet, type Subnet } from './ip-address.ts';
import { subnetsOfNetwork, type Network, type NetworkSubnet } from './network.ts';

/** A subnet that neither another network has nor the machine a route to, the gateway its first address. */
export function freeSubnet(routes: readonly HostRoute[], others: readonly Network[]): NetworkSubnet {
  return chosenSubnet(chooseSubnet([...routes.map(({ subnet }) => subnet), ...others.flatMap(subnetsOfNetwork)]));
}

export function chosenSubnet(subnet: Subnet): NetworkSubnet {
  return { subnet: formatSubnet(subnet), gateway: formatAddress(firstUsable(subnet)), isChosen: true };
}
