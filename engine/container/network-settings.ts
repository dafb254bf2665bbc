import type { ContainerSummary } from '#engine/contract/container.ts';
import type { Endpoint } from '#engine/network/endpoint.ts';
import type { Network, NetworkSubnet } from '#engine/network/network.ts';

import { attachmentsOf, networkOwner, type Attachment } from './container-network.ts';
import { endpointsOf } from './container-networks.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';

/** `EndpointSettings` of the Docker Engine API, by the network's name. */
export type NetworkSettings = ContainerSummary['NetworkSettings']['Networks'];
type EndpointSettings = NetworkSettings[string];

/** The networks a container is in; of one that doesn't run, those it will be in. */
export function networksOf(parts: ContainerParts, container: Container): NetworkSettings {
  const { network } = container.config;
  if (networkOwner(container.config) !== undefined) return {};
  const here = endpointsOf(parts, container.id);
  const attachments = attachmentsOf(container);
  const known = attachments.flatMap((attachment) => {
    const found = parts.networks.table.get(attachment.network);
    const place = here.find(({ networkId }) => networkId === attachment.network);
    return found === undefined ? [] : [[found.name, settingsOf(parts, { container, attachment, place })] as const];
  });
  if (known.length > 0) return Object.fromEntries(known);
  const name = network === 'host' ? 'host' : 'none';
  return { [name]: { ...nowhere, NetworkID: parts.networks.table.byName(name)?.id ?? '' } };
}

export const nowhere: EndpointSettings = {
  NetworkID: '',
  EndpointID: '',
  Gateway: '',
  IPAddress: '',
  IPPrefixLen: 0,
  IPv6Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
  MacAddress: '',
};

function settingsOf(
  parts: ContainerParts,
  known: {
    readonly container: Container;
    readonly attachment: Attachment;
    readonly place: Endpoint | undefined;
  },
): EndpointSettings {
  const { container, attachment, place } = known;
  const { aliases } = attachment;
  return {
    ...nowhere,
    NetworkID: attachment.network,
    ...(place === undefined ? {} : placeOf(place, parts.networks.table.find(attachment.network))),
    IPAMConfig: configOf(attachment),
    Links: orNull(linksOf(parts, attachment)),
    Aliases: orNull(aliases),
    DNSNames: [container.name, container.id.slice(0, 12), ...aliases],
  };
}

function placeOf(place: Endpoint, { config }: Network): Partial<EndpointSettings> {
  const prefix = (found: NetworkSubnet | undefined): number => Number(found?.subnet.split('/')[1] ?? 0);
  const { ipv4 = '', ipv6 = '' } = place;
  return {
    EndpointID: place.id,
    MacAddress: place.hardwareAddress,
    IPAddress: ipv4,
    IPPrefixLen: prefix(config.ipv4),
    Gateway: config.ipv4?.gateway ?? '',
    GlobalIPv6Address: ipv6,
    GlobalIPv6PrefixLen: prefix(config.ipv6),
    IPv6Gateway: config.ipv6?.gateway ?? '',
  };
}

/** `name:alias`, as the other container is called now. */
function linksOf({ table }: ContainerParts, { links }: Attachment): string[] {
  return links.flatMap((link) => {
    const [id = '', alias = ''] = link.split(':');
    const name = table.get(id)?.name;
    return name === undefined ? [] : [`${name}:${alias}`];
  });
}

function orNull(texts: readonly string[]): string[] | null {
  return texts.length === 0 ? null : [...texts];
}

function configOf({ ipv4, ipv6 }: Attachment): EndpointSettings['IPAMConfig'] {
  if (ipv4 === undefined && ipv6 === undefined) return null;
  return {
    ...(ipv4 === undefined ? {} : { IPv4Address: ipv4 }),
    ...(ipv6 === undefined ? {} : { IPv6Address: ipv6 }),
  };
}
