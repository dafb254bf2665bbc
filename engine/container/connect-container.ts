import { EngineError } from '#engine/contract/errors.ts';
import type { Endpoint } from '#engine/network/endpoint.ts';
import { joinNetworks, leaveNetworks, linkOf } from '#engine/network/join-networks.ts';

import { attachmentTo } from './choose-networks.ts';
import { networkOwner, type Attachment } from './container-network.ts';
import { wantedNetworks } from './container-networks.ts';
import type { ContainerParts } from './container-parts.ts';
import { isUp, type Container } from './container.ts';
import type { EndpointRequest } from './create-request.ts';
import { writeNetworkFiles } from './network-files.ts';

/**
 * Puts a container into one more network: now where it runs, and whenever it is started.
 *
 * @throws EngineError `forbidden` for one it is in already, `conflict` for an address in use, `invalid-argument` for what
 * the network or the container can't have.
 */
export async function connectContainer(
  parts: ContainerParts,
  { network, container }: { readonly network: string; readonly container: string },
  wishes: EndpointRequest,
): Promise<void> {
  const found = parts.networks.table.find(network);
  const { id } = parts.table.find(container);
  await parts.table.exclusively(id, async () => {
    const before = parts.table.find(id);
    refuseShared(before);
    const attachments = wantedNetworks(parts, before);
    if (attachments.some((one) => one.network === found.id)) {
      throw new EngineError('forbidden', `endpoint with name ${before.name} already exists in network ${found.name}`);
    }
    const attachment = attachmentTo(parts, found, wishes);
    // The record first: what a killed engine didn't get to is done by the next.
    parts.table.setConfig(id, { ...before.config, networks: [...attachments, attachment] });
    try {
      if (isUp(before.state)) await connectRunning(parts, parts.table.find(id), attachment);
    } catch (error) {
      parts.table.setConfig(id, before.config);
      throw error;
    }
  });
}

/** Takes a container out of a network. @throws EngineError `forbidden` when it isn't in it. */
export async function disconnectContainer(
  parts: ContainerParts,
  { network, container }: { readonly network: string; readonly container: string },
): Promise<void> {
  const found = parts.networks.table.find(network);
  const { id } = parts.table.find(container);
  await parts.table.exclusively(id, async () => {
    const before = parts.table.find(id);
    const attachments = wantedNetworks(parts, before);
    const left = attachments.filter((one) => one.network !== found.id);
    if (left.length === attachments.length) {
      throw new EngineError('forbidden', `container ${id} is not connected to network ${found.name}`);
    }
    parts.table.setConfig(id, { ...before.config, networks: left });
    const place = parts.networks.endpoints.ofContainer(id).find(({ networkId }) => networkId === found.id);
    if (place !== undefined) await disconnectRunning(parts, parts.table.find(id), place);
  });
}

/** Gives a container that runs its place in a network that it is to be in. */
export async function connectRunning(
  parts: ContainerParts,
  container: Container,
  attachment: Attachment,
): Promise<void> {
  const { id } = container;
  const running = parts.table.running(id);
  const [place] = await joinNetworks(parts.networks, id, { requests: [attachment], ports: [] });
  if (place === undefined) return;
  try {
    await running?.connect(linkOf(parts.networks, place));
  } catch (error) {
    leaveNetworks(parts.networks, id, (one) => one.id === place.id);
    throw error;
  }
  await writeNetworkFiles(parts, container);
}

/** Takes a place away from a container that runs; another network becomes its way out, if there is one. */
export async function disconnectRunning(parts: ContainerParts, container: Container, place: Endpoint): Promise<void> {
  const { networks, table } = parts;
  const { id } = container;
  const running = table.running(id);
  await running?.disconnect(place.interfaceName);
  leaveNetworks(networks, id, (one) => one.id === place.id);
  const next = place.isGateway ? networks.endpoints.ofContainer(id).find((one) => isWayOut(parts, one)) : undefined;
  if (next !== undefined) {
    const gateway = networks.endpoints.makeGateway(next.id);
    await running?.routeThrough(linkOf(networks, gateway));
  }
  await writeNetworkFiles(parts, container);
}

function isWayOut({ networks }: ContainerParts, { networkId }: Endpoint): boolean {
  return networks.table.get(networkId)?.config.internal === false;
}

function refuseShared({ config }: Container): void {
  if (networkOwner(config) === undefined && config.network !== 'host' && config.network !== 'none') return;
  throw new EngineError(
    'invalid-argument',
    `container sharing network namespace with another container or host, or with none, cannot be connected to any other network: it was made with --network ${config.network}`,
  );
}

/**
 * Of a container that went on without an engine: what that engine was in the middle of, connecting it or disconnecting it,
 * is done to the end. `links` are those that there are on the machine.
 */
export async function completeNetworks(
  parts: ContainerParts,
  container: Container,
  links: ReadonlySet<string>,
): Promise<void> {
  const { networks } = parts;
  const { id } = container;
  leaveNetworks(networks, id, ({ hostName }) => !links.has(hostName));
  const attachments = wantedNetworks(parts, container);
  const isMeant = (place: Endpoint): boolean => attachments.some(({ network }) => network === place.networkId);
  const places = networks.endpoints.ofContainer(id);
  for (const place of places.filter((one) => !isMeant(one))) await disconnectRunning(parts, container, place);
  for (const attachment of attachments) {
    const isThere = places.some(({ networkId }) => networkId === attachment.network);
    if (!isThere && networks.table.get(attachment.network) !== undefined) {
      await connectRunning(parts, container, attachment);
    }
  }
}
