import type { EventBus } from '#engine/events/event-bus.ts';

import type { EndpointTable } from './endpoint-table.ts';
import type { HostNetworks } from './host-networks.ts';
import type { NetworkTable } from './network-table.ts';

/** A container that is to be in a network when it runs. */
export interface NetworkUser {
  readonly id: string;
  readonly name: string;
}

/** What networks ask of the containers. */
export interface NetworkUsage {
  /** Those that are to be in the network, running or not. */
  users(networkId: string): readonly NetworkUser[];
  /** Undefined for one that is no more. */
  name(containerId: string): string | undefined;
  /** Resolvers that the container is to ask instead of the machine's. */
  nameServers(containerId: string): readonly string[];
}

/** What the verbs of this folder work with. */
export interface NetworkParts {
  readonly events: EventBus;
  readonly usage: NetworkUsage;
  readonly table: NetworkTable;
  readonly endpoints: EndpointTable;
  /** Bridges and rules of the machine's. */
  readonly host: HostNetworks;
}
