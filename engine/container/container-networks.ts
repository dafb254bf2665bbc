import { EngineError } from '#engine/contract/errors.ts';
import type { Endpoint, PublishedPort } from '#engine/network/endpoint.ts';
import { joinNetworks, leaveNetworks, linkOf } from '#engine/network/join-networks.ts';
import type { NetworkUsage } from '#engine/network/network-parts.ts';
import type { NetworkLink } from '#engine/runtime/network-link.ts';

import { attachmentsOf, networkOwner, type Attachment } from './container-network.ts';
import type { ContainerParts } from './container-parts.ts';
import type { ContainerTable } from './container-table.ts';
import { isUp, type Container } from './container.ts';

/** What networks ask of the containers. */
export function networkUsage(table: ContainerTable): NetworkUsage {
  return {
    users: (id) =>
      table
        .list()
        .filter((container) => attachmentsOf(container).some(({ network }) => network === id))
        .map(({ id: container, name }) => ({ id: container, name })),
    name: (id) => table.get(id)?.name,
    nameServers: (id) => table.get(id)?.config.dns?.servers ?? [],
  };
}

/** What a container is to be in; one that an engine before networks has recorded too. */
export function wantedNetworks({ networks }: ContainerParts, { config }: Container): readonly Attachment[] {
  const bridge = networks.table.byName('bridge');
  const usual = config.network === 'default' && bridge !== undefined;
  return config.networks ?? (usual ? [{ network: bridge.id, aliases: [], links: [] }] : []);
}

async function startedNetworks(parts: ContainerParts, container: Container): Promise<readonly Attachment[]> {
  const { networks } = parts;
  const wanted = wantedNetworks(parts, container);
  const gone = wanted.find(({ network }) => networks.table.get(network) === undefined);
  if (gone !== undefined) {
    throw new EngineError(
      'conflict',
      `network ${gone.network} not found: it was removed since; connect ${container.name} to another`,
    );
  }
  const isUsual = wanted.length === 1 && wanted[0]?.network === networks.table.byName('bridge')?.id;
  // It was said when the container was created.
  return isUsual && (await networks.host.ability()).reason !== undefined ? [] : wanted;
}

/** Gives a container that starts its places, with ports of the machine's that lead there. */
export async function joinOwnNetworks(
  parts: ContainerParts,
  container: Container,
  choosePorts: () => Promise<readonly PublishedPort[]>,
): Promise<{ readonly links: readonly NetworkLink[]; readonly endpoints: readonly Endpoint[] }> {
  const requests = await startedNetworks(parts, container);
  // Of a start that an engine was killed in.
  leaveNetworks(parts.networks, container.id);
  if (requests.length === 0) return { links: [], endpoints: [] };
  const ports = await choosePorts();
  const endpoints = await joinNetworks(parts.networks, container.id, { requests, ports });
  return { links: endpoints.map((one) => linkOf(parts.networks, one)), endpoints };
}

/** After a container's end, or a start that came to nothing. */
export function leaveOwnNetworks({ networks, table }: ContainerParts, id: string): void {
  const gone = leaveNetworks(networks, id);
  // Links go with the last process that is in their network; others may still be in it.
  const isShared = table.list().some(({ config, state }) => isUp(state) && networkOwner(config) === id);
  if (isShared) networks.host.unlink(gone.map(({ hostName }) => hostName));
}

export function endpointsOf({ networks }: ContainerParts, id: string): readonly Endpoint[] {
  return networks.endpoints.ofContainer(id);
}
