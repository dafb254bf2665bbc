import { createHash } from 'node:crypto';

import type { EventBus } from '#engine/events/event-bus.ts';
import type { Database } from '#engine/metadata/database.ts';

import { ownersMark } from './abandoned-bridges.ts';
import { EndpointTable } from './endpoint-table.ts';
import { HostNetworks, type ChangeNetworks } from './host-networks.ts';
import type { NetworkHome } from './network-home.ts';
import type { NetworkParts, NetworkUsage } from './network-parts.ts';
import { NameServers } from './name-server.ts';
import { NetworkTable } from './network-table.ts';

/** @param identity of the engine, and of nobody else on the machine. */
export async function openNetworks(
  database: Database,
  around: {
    readonly events: EventBus;
    readonly usage: NetworkUsage;
    readonly changeNetworks: ChangeNetworks;
    readonly identity: string;
    readonly dataRoot: string;
    readonly home: NetworkHome;
  },
): Promise<NetworkParts> {
  const { events, usage, changeNetworks, identity, dataRoot, home } = around;
  const table = new NetworkTable(database);
  const endpoints = new EndpointTable(database);
  const key = createHash('sha256').update(identity).digest('hex').slice(0, 8);
  const mark = await ownersMark(key, dataRoot);
  const names = new NameServers({ table, endpoints, usage }, home);
  const host = new HostNetworks({ changeNetworks, home, key, mark, table, endpoints, names });
  return { events, usage, table, endpoints, host };
}
