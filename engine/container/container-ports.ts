import type { ContainerSummary } from '#engine/contract/container.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { collide, choosePorts, type PortWish } from '#engine/network/choose-ports.ts';
import type { Endpoint, PublishedPort } from '#engine/network/endpoint.ts';
import { portHolder } from '#engine/network/port-holder.ts';
import type { PortRelay } from '#engine/runtime/network-link.ts';

import { endpointsOf } from './container-networks.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container, ContainerConfig } from './container.ts';
import { parsePort } from './port-wishes.ts';

/** The machine's ports for a container that starts. @throws EngineError `conflict`. */
export function chooseOwnPorts({ networks }: ContainerParts, container: Container): Promise<PublishedPort[]> {
  return choosePorts(wishesOf(container), networks.endpoints.list());
}

function wishesOf({ config }: Container): readonly PortWish[] {
  const asked = config.ports ?? [];
  if (config.publishAllPorts !== true) return asked;
  const rest = config.exposedPorts.flatMap((exposed) => {
    const { number: containerPort, protocol } = parsePort(exposed);
    const isAsked = asked.some((wish) => wish.containerPort === containerPort && wish.protocol === protocol);
    return isAsked ? [] : [{ protocol, containerPort, hostAddress: '', firstHostPort: 0, lastHostPort: 0 }];
  });
  return [...asked, ...rest];
}

/** What the shim listens on, and where what comes there goes. */
export function relaysOf({ networks }: ContainerParts, endpoints: readonly Endpoint[]): PortRelay[] {
  const home = networks.host.home.namespace;
  return endpoints.flatMap(({ ports, ipv4, ipv6 }) =>
    ports.flatMap(({ protocol, hostAddress, hostPort, containerPort }) => {
      const address = hostAddress.includes(':') ? (ipv6 ?? ipv4) : (ipv4 ?? ipv6);
      return address === undefined ? [] : [{ protocol, hostAddress, hostPort, address, port: containerPort, home }];
    }),
  );
}

/** Says why a start could not have its ports, and who has them; any other failure is what it was. */
export async function explainPort(
  { networks, table }: ContainerParts,
  container: Container,
  thrown: unknown,
): Promise<EngineError> {
  const error = toEngineError(thrown);
  const [, low] = /listen on (?:tcp|udp) port (\d+) of \S+: Permission denied/.exec(error.message) ?? [];
  if (low !== undefined) {
    return new EngineError(
      'conflict',
      `The port ${low} can't be published: only root may listen there; publish a higher one, or allow it with sudo sysctl -w net.ipv4.ip_unprivileged_port_start=${low}.`,
      { cause: error },
    );
  }
  const [, protocol, digits, hostAddress = ''] =
    /listen on (tcp|udp) port (\d+) of (\S+): Address already in use/.exec(error.message) ?? [];
  if (protocol !== 'tcp' && protocol !== 'udp') return error;
  const port = { protocol, hostPort: Number(digits), hostAddress } as const;
  const own = networks.endpoints
    .list()
    .find((one) => one.containerId !== container.id && one.ports.some((other) => collide(port, other)));
  const name = own === undefined ? undefined : table.get(own.containerId)?.name;
  const holder = name === undefined ? await portHolder(port) : `the container ${name}`;
  const place = hostAddress.includes(':') ? `[${hostAddress}]` : hostAddress;
  return new EngineError(
    'conflict',
    `driver failed programming external connectivity on endpoint ${container.name}: Bind for ${place}:${port.hostPort} failed: port is already allocated${holder === undefined ? '' : `: ${holder} listens there`}`,
    { cause: error },
  );
}

/** `PortSummary` of the Docker Engine API: what is published, and what only could be. */
export function portSummaries(parts: ContainerParts, { id, config }: Container): ContainerSummary['Ports'] {
  const published = publishedPorts(parts, id);
  if (published === undefined) return [];
  const bare = config.exposedPorts
    .map(parsePort)
    .filter(
      ({ number, protocol }) => !published.some((port) => port.containerPort === number && port.protocol === protocol),
    );
  return [
    ...bare.map(({ number, protocol }) => ({ PrivatePort: number, Type: protocol })),
    ...published.map(({ hostAddress, containerPort, hostPort, protocol }) => ({
      IP: hostAddress,
      PrivatePort: containerPort,
      PublicPort: hostPort,
      Type: protocol,
    })),
  ];
}

/** `PortMap` of the Docker Engine API. Of a container that is in no network, none. */
export function portMap(parts: ContainerParts, { id, config }: Container): PortMap {
  const published = publishedPorts(parts, id);
  if (published === undefined) return {};
  return Object.fromEntries(
    config.exposedPorts.map((text) => {
      const { number, protocol } = parsePort(text);
      const own = published.filter((port) => port.containerPort === number && port.protocol === protocol);
      const bindings = own.map(({ hostAddress, hostPort }) => ({ HostIp: hostAddress, HostPort: String(hostPort) }));
      return [`${number}/${protocol}`, bindings.length === 0 ? null : bindings];
    }),
  );
}

export type PortMap = Record<string, { readonly HostIp: string; readonly HostPort: string }[] | null>;

function publishedPorts(parts: ContainerParts, id: string): readonly PublishedPort[] | undefined {
  const here = endpointsOf(parts, id);
  return here.length === 0 ? undefined : here.flatMap(({ ports }) => ports);
}

/** As they were asked for. */
export function portBindings(config: ContainerConfig): PortMap {
  const bindings: PortMap = {};
  for (const { protocol, containerPort, hostAddress, firstHostPort: first, lastHostPort: last } of config.ports ?? []) {
    const range = first === last ? String(first) : `${first}-${last}`;
    const key = `${containerPort}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: hostAddress, HostPort: first === 0 ? '' : range }];
  }
  return bindings;
}
