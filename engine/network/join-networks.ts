import { randomBytes } from 'node:crypto';

import { EngineError } from '#engine/contract/errors.ts';
import type { NetworkLink } from '#engine/runtime/network-link.ts';

import { chooseAddress, isUsable } from './choose-address.ts';
import type { Endpoint, PublishedPort } from './endpoint.ts';
import { formatAddress, parseAddress } from './ip-address.ts';
import { publishNetwork } from './network-events.ts';
import type { NetworkParts } from './network-parts.ts';
import { keepsApart, mtuOf, spaceOf, type Network } from './network.ts';

/** What a container is to be in a network as. */
export interface JoinRequest {
  readonly network: string;
  readonly ipv4?: string | undefined;
  readonly ipv6?: string | undefined;
  readonly hardwareAddress?: string | undefined;
  readonly aliases: readonly string[];
  readonly links: readonly string[];
}

/**
 * Gives a container its places in networks, all or none, and raises the bridges that aren't there.
 *
 * @param ports lead to the first place that isn't in an internal network, once `host.publish` is called.
 * @throws EngineError `conflict` for an address in use or a network that is full, `not-found` for one that is gone.
 */
export async function joinNetworks(
  parts: NetworkParts,
  containerId: string,
  { requests, ports }: { readonly requests: readonly JoinRequest[]; readonly ports: readonly PublishedPort[] },
): Promise<readonly Endpoint[]> {
  using held = new DisposableStack();
  for (const { network } of requests) held.use(await parts.host.raise(parts.table.find(network)));
  // From here to the record nothing is waited for, so nobody else takes what is chosen.
  const before = parts.endpoints.ofContainer(containerId);
  const made: Endpoint[] = [];
  for (const request of requests) made.push(place(parts, request, { containerId, others: [...before, ...made] }));
  const gateway = made.find(({ networkId }) => !parts.table.find(networkId).config.internal);
  const joined = made.map((one) =>
    one === gateway ? { ...one, isGateway: !before.some((other) => other.isGateway), ports: [...ports] } : one,
  );
  parts.endpoints.insert(joined);
  for (const { networkId } of joined) {
    publishNetwork(parts, parts.table.find(networkId), 'connect', { container: containerId });
  }
  return joined;
}

/** A container's places are free again. @returns what they were. */
export function leaveNetworks(
  parts: NetworkParts,
  containerId: string,
  isLeft: (one: Endpoint) => boolean = () => true,
): readonly Endpoint[] {
  const gone = parts.endpoints.delete(isLeft, parts.endpoints.ofContainer(containerId));
  if (gone.length > 0) parts.host.settle(gone);
  for (const { networkId } of gone) {
    publishNetwork(parts, parts.table.find(networkId), 'disconnect', { container: containerId });
  }
  return gone;
}

/** What a place is made of in the container and on the machine. */
export function linkOf(parts: NetworkParts, one: Endpoint): NetworkLink {
  const found = parts.table.find(one.networkId);
  const { ipv4, ipv6, internal } = found.config;
  const isWayOut = one.isGateway && !internal;
  return {
    hostName: one.hostName,
    bridge: parts.host.bridgeName(found),
    home: parts.host.home.namespace,
    name: one.interfaceName,
    hardwareAddress: one.hardwareAddress,
    mtu: mtuOf(found),
    isIsolated: keepsApart(found),
    gateway4: isWayOut ? ipv4?.gateway : undefined,
    gateway6: isWayOut ? ipv6?.gateway : undefined,
    addresses: [withPrefix(one.ipv4, ipv4?.subnet), withPrefix(one.ipv6, ipv6?.subnet)].filter(
      (address) => address !== undefined,
    ),
  };
}

function withPrefix(address: string | undefined, subnet: string | undefined): string | undefined {
  return address === undefined || subnet === undefined ? undefined : `${address}/${subnet.split('/')[1] ?? ''}`;
}

function place(
  parts: NetworkParts,
  request: JoinRequest,
  { containerId, others }: { readonly containerId: string; readonly others: readonly Endpoint[] },
): Endpoint {
  const found = parts.table.find(request.network);
  if (others.some(({ networkId }) => networkId === found.id)) {
    throw new EngineError(
      'forbidden',
      `endpoint with name ${parts.usage.name(containerId) ?? containerId} already exists in network ${found.name}`,
    );
  }
  const id = randomBytes(32).toString('hex');
  const ipv4 = addressIn(parts, found, { family: 'ipv4', wanted: request.ipv4 });
  const ipv6 = addressIn(parts, found, { family: 'ipv6', wanted: request.ipv6 });
  return {
    id,
    networkId: found.id,
    containerId,
    ...(ipv4 === undefined ? {} : { ipv4 }),
    ...(ipv6 === undefined ? {} : { ipv6 }),
    hostName: `ev${id.slice(0, 12)}`,
    interfaceName: freeInterface(others),
    hardwareAddress: request.hardwareAddress ?? hardwareAddressOf(ipv4),
    aliases: [...request.aliases],
    links: [...request.links],
    isGateway: false,
    ports: [],
  };
}

function addressIn(
  { endpoints }: NetworkParts,
  { id, name, config }: Network,
  { family, wanted }: { readonly family: 'ipv4' | 'ipv6'; readonly wanted: string | undefined },
): string | undefined {
  const space = spaceOf(config[family]);
  if (space === undefined) return undefined;
  if (wanted === undefined) {
    const last = endpoints.lastGiven(id, family);
    const after = last === undefined ? undefined : parseAddress(last);
    const chosen = formatAddress(chooseAddress(space, (address) => endpoints.at(id, address) !== undefined, after));
    endpoints.given(id, family, chosen);
    return chosen;
  }
  const address = parseAddress(wanted);
  if (address === undefined || !isUsable(space, address)) {
    throw new EngineError(
      'invalid-argument',
      `invalid address ${wanted}: no container of the network ${name} (${config[family]?.subnet}) can have it`,
    );
  }
  if (endpoints.at(id, formatAddress(address)) !== undefined)
    throw new EngineError('conflict', `Address already in use: ${wanted} in the network ${name}`);
  return formatAddress(address);
}

/** Docker's: an address that moves to another container takes its hardware address along, so nobody's cache is wrong. */
function hardwareAddressOf(ipv4: string | undefined): string {
  const bytes = ipv4 === undefined ? [...randomBytes(4)] : ipv4.split('.').map(Number);
  return [0x02, 0x42, ...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function freeInterface(others: readonly Endpoint[]): string {
  for (let number = 0; ; number++) {
    const name = `eth${number}`;
    if (!others.some(({ interfaceName }) => interfaceName === name)) return name;
  }
}
