import { isIP } from 'node:net';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { NetworkParts } from '#engine/network/network-parts.ts';
import { resolvesNames, type Network } from '#engine/network/network.ts';

import type { Attachment } from './container-network.ts';
import type { ContainerParts } from './container-parts.ts';
import type { CreateRequest, EndpointRequest } from './create-request.ts';

/** What a container is to be in, and what can't be had of it. */
export interface ChosenNetworks {
  readonly network: string;
  readonly networks: readonly Attachment[];
  readonly warnings: readonly string[];
}

/**
 * The networks of a container that is being created.
 *
 * Where the engine can't make networks, the default one is nothing but loopback, and a warning says so.
 *
 * @throws EngineError `invalid-argument` for one that isn't there (not `not-found`: Docker's clients take that for the
 * image, and pull it), `unsupported` for one that was asked for and can't be made.
 */
export async function chooseNetworks(parts: ContainerParts, request: CreateRequest): Promise<ChosenNetworks> {
  const { network: asked, endpoints = {} } = request;
  const mode = asked || 'default';
  if (mode === 'none') return { network: mode, networks: [], warnings: [] };
  if (mode === 'host') return { network: mode, networks: [], warnings: hostWarnings(request) };
  if (mode.startsWith('container:')) return { network: ownerMode(parts, request, mode), networks: [], warnings: [] };
  const first = mode === 'default' ? 'bridge' : mode;
  const names = [first, ...Object.keys(endpoints).filter((name) => !isSame(parts.networks, name, first))];
  const networks = names.map((name) =>
    attachmentTo(parts, findNetwork(parts.networks, name), wishesFor(request, name, first)),
  );
  const { reason } = await parts.networks.host.ability();
  if (reason === undefined) return { network: mode, networks, warnings: [] };
  // What was asked for can't be had; what comes by itself is done without.
  if (first !== 'bridge' || names.length > 1 || isPublished(request)) await parts.networks.host.requireAbility();
  const warning = `The container has no network but its own loopback: ${reason}`;
  return { network: mode, networks, warnings: [warning] };
}

/** By id, so that the other may be renamed. */
function ownerMode({ table }: ContainerParts, request: CreateRequest, mode: string): string {
  const conflict = isPublished(request) ? 'port publishing' : request.hostname ? 'hostname' : undefined;
  if (conflict !== undefined) {
    throw new EngineError('invalid-argument', `conflicting options: ${conflict} and the container type network mode`);
  }
  try {
    return `container:${table.find(mode.slice('container:'.length)).id}`;
  } catch (cause) {
    throw new EngineError('invalid-argument', toEngineError(cause).message, { cause });
  }
}

function hostWarnings(request: CreateRequest): string[] {
  return isPublished(request) ? ['Published ports are discarded when using host network mode'] : [];
}

function isPublished({ ports = [], publishAllPorts = false }: CreateRequest): boolean {
  return ports.length > 0 || publishAllPorts;
}

/** @throws EngineError `invalid-argument` for what can't be had in the network. */
export function attachmentTo(parts: ContainerParts, network: Network, wishes: EndpointRequest): Attachment {
  const { aliases = [], links = [], ipv4 = '', ipv6 = '', hardwareAddress = '' } = wishes;
  if (network.config.driver !== 'bridge') {
    throw new EngineError(
      'invalid-argument',
      `container cannot be connected to the network ${network.name}: it is no network of its own`,
    );
  }
  if (aliases.length > 0 && !resolvesNames(network)) {
    throw new EngineError(
      'invalid-argument',
      'network-scoped alias is supported only for containers in user defined networks',
    );
  }
  refuseAddress(network, 'ipv4', ipv4);
  refuseAddress(network, 'ipv6', ipv6);
  return {
    network: network.id,
    aliases: [...new Set(aliases)],
    links: links.map((link) => linkTo(parts, link)),
    ...(ipv4 === '' ? {} : { ipv4 }),
    ...(ipv6 === '' ? {} : { ipv6 }),
    ...(hardwareAddress === '' ? {} : { hardwareAddress: checkHardware(hardwareAddress) }),
  };
}

/** Of a network that may be asked for by its name, its id or a part of that. */
function isSame({ table }: NetworkParts, one: string, other: string): boolean {
  if (one === other || (one === 'default' && other === 'bridge')) return true;
  try {
    return table.find(one).id === table.find(other).id;
  } catch {
    return false;
  }
}

function findNetwork({ table }: NetworkParts, ref: string): Network {
  try {
    return table.find(ref);
  } catch (cause) {
    throw new EngineError('invalid-argument', toEngineError(cause).message, { cause });
  }
}

/** What was asked for without saying in which network is meant for the first. */
function wishesFor(
  { endpoints = {}, links = [], hardwareAddress }: CreateRequest,
  name: string,
  first: string,
): EndpointRequest {
  const own = endpoints[name] ?? (name === 'bridge' ? endpoints['default'] : undefined) ?? {};
  if (name !== first) return own;
  return {
    ...own,
    links: [...links, ...(own.links ?? [])],
    hardwareAddress: own.hardwareAddress || hardwareAddress,
  };
}

function refuseAddress({ name, config }: Network, family: 'ipv4' | 'ipv6', address: string): void {
  if (address === '') return;
  if (isIP(address) !== (family === 'ipv4' ? 4 : 6)) {
    throw new EngineError('invalid-argument', `invalid ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address: ${address}`);
  }
  if (name === 'bridge') {
    throw new EngineError('invalid-argument', 'user specified IP address is supported on user defined networks only');
  }
  if (config[family]?.isChosen === false) return;
  throw new EngineError(
    'invalid-argument',
    'user specified IP address is supported only when connecting to networks with user configured subnets',
  );
}

/** `container[:alias]`, as an id and the name that the container has for it. */
function linkTo({ table }: ContainerParts, text: string): string {
  const [ref = '', alias = ref, ...rest] = text.split(':');
  if (ref === '' || alias === '' || rest.length > 0) {
    throw new EngineError('invalid-argument', `bad format for links: ${text}`);
  }
  try {
    return `${table.find(ref).id}:${alias}`;
  } catch (cause) {
    throw new EngineError('invalid-argument', `could not get container for ${ref}: ${toEngineError(cause).message}`, {
      cause,
    });
  }
}

/** Of one station (IEEE 802), in the spelling of ip(8). */
function checkHardware(text: string): string {
  const plain = text.toLowerCase().replaceAll('-', ':');
  const [first = ''] = plain.split(':');
  if (/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(plain) && (Number.parseInt(first, 16) & 1) === 0) return plain;
  throw new EngineError('invalid-argument', `invalid mac address: ${text}`);
}
