import { parseAddress, formatAddress } from './ip-address.ts';
import { recordTypes, reversedAddress, type DnsQuery, type DnsRecord } from './dns-message.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointTable } from './endpoint-table.ts';
import type { NetworkUsage } from './network-parts.ts';
import type { NetworkTable } from './network-table.ts';
import { resolvesNames } from './network.ts';

export interface KnownNames {
  readonly table: NetworkTable;
  readonly endpoints: EndpointTable;
  readonly usage: NetworkUsage;
}

/** More fit into no plain answer (RFC 1035, section 4.2.1). */
const MOST_RECORDS = 16;

/**
 * What a container is answered about the others in its networks: none for a name that is known and has none of the type,
 * undefined for a name that isn't one of theirs.
 */
export function resolveName(
  known: KnownNames,
  asker: string,
  { name, type }: DnsQuery,
): readonly DnsRecord[] | undefined {
  const reversed = reversedAddress(name);
  if (reversed !== undefined) return type === recordTypes.ptr ? nameOf(known, asker, reversed) : undefined;
  const found = placesOf(known, asker, name);
  if (found.length === 0) return undefined;
  return found.flatMap((place) => recordsOf(place, type)).slice(0, MOST_RECORDS);
}

function recordsOf({ ipv4, ipv6 }: Endpoint, type: number): DnsRecord[] {
  const value = type === recordTypes.a ? ipv4 : type === recordTypes.aaaa ? ipv6 : undefined;
  return value === undefined ? [] : [{ type, value }];
}

/** By the names that the container itself has for others, then by those that everybody in a network has. */
function placesOf(known: KnownNames, asker: string, name: string): Endpoint[] {
  const own = ownPlaces(known, asker);
  const linked = own.flatMap((place) => linkedPlaces(known, place, name));
  return linked.length > 0 ? linked : own.flatMap((place) => namedPlaces(known, place, name));
}

function ownPlaces({ table, endpoints }: KnownNames, asker: string): readonly Endpoint[] {
  return endpoints.ofContainer(asker).filter(({ networkId }) => {
    const network = table.get(networkId);
    return network !== undefined && resolvesNames(network);
  });
}

function linkedPlaces({ endpoints }: KnownNames, { links, networkId }: Endpoint, name: string): Endpoint[] {
  const ids = links.flatMap((link) => {
    const [id = '', alias = ''] = link.split(':');
    return alias.toLowerCase() === name ? [id] : [];
  });
  return ids.flatMap((id) => endpoints.ofContainer(id).filter((place) => place.networkId === networkId));
}

/** `name` or `name.network`. */
function namedPlaces({ table, endpoints, usage }: KnownNames, { networkId }: Endpoint, name: string): Endpoint[] {
  const suffix = `.${table.find(networkId).name.toLowerCase()}`;
  const wanted = [name, ...(name.endsWith(suffix) ? [name.slice(0, -suffix.length)] : [])];
  return endpoints.inNetwork(networkId).filter(({ containerId, aliases }) => {
    const names = [usage.name(containerId) ?? '', containerId.slice(0, 12), ...aliases];
    return names.some((one) => wanted.includes(one.toLowerCase()));
  });
}

/** `name.network`, as Docker has it; an address that nobody has in the container's networks is somebody else's to know. */
function nameOf(known: KnownNames, asker: string, text: string): readonly DnsRecord[] | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  for (const { networkId } of ownPlaces(known, asker)) {
    const holder = known.endpoints.at(networkId, formatAddress(address));
    const name = holder === undefined ? undefined : known.usage.name(holder.containerId);
    if (name !== undefined) return [{ type: recordTypes.ptr, value: `${name}.${known.table.find(networkId).name}` }];
  }
  return undefined;
}
