import { z } from 'zod';

import { connectContainer, disconnectContainer } from '#engine/container/connect-container.ts';
import { createNetwork } from '#engine/network/create-network.ts';
import type { NetworkParts } from '#engine/network/network-parts.ts';
import { isPredefined, subnetsOfNetwork, type Network, type NetworkSubnet } from '#engine/network/network.ts';
import { pruneNetworks } from '#engine/network/prune-networks.ts';
import { removeNetwork } from '#engine/network/remove-network.ts';

import { speaksAtLeast } from './api-version.ts';
import type { Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { fitsExpression } from './name-pattern.ts';
import { endpointBody, endpointOf, networkBody, networkRequestOf } from './network-body.ts';
import { untilOf } from './prune.ts';
import { filterFlag, filterMatches, hasLabels, parseFilters, text, type Filters } from './query.ts';

interface ById {
  Params: { id: string };
}

const filtersQuery = z.object({ filters: text });
const connectBody = z.object({ Container: z.string(), EndpointConfig: endpointBody.nullish() });
const disconnectBody = z.object({ Container: z.string(), Force: z.boolean().nullish() });
/** Who is in a network is told of one that is asked for alone. */
const ONE_BY_ONE_SINCE = '1.28';
const FILTERS = ['name', 'id', 'label', 'driver', 'scope', 'type', 'dangling'];

export const networkRoutes: Routes = (app, { engine }) => {
  const { networks } = engine.containers;
  app.get('/networks', ({ query, originalUrl }) => {
    const wanted = parseFilters(parseInput(filtersQuery, query).filters, FILTERS);
    const found = networks.table.list().filter((network) => isListed(networks, network, wanted));
    const withContainers = !speaksAtLeast(originalUrl, ONE_BY_ONE_SINCE);
    return found.map((network) => dockerNetwork(networks, network, withContainers));
  });
  app.get<ById>('/networks/:id', ({ params }) => dockerNetwork(networks, networks.table.find(params.id), true));
  app.post('/networks/create', async ({ body }, reply) => {
    const made = await createNetwork(networks, networkRequestOf(parseInput(networkBody, body)));
    return reply.code(201).send({ Id: made.id, Warning: '' });
  });
  app.delete<ById>('/networks/:id', async ({ params }, reply) => {
    await removeNetwork(networks, params.id);
    return reply.code(204).send();
  });
  app.post<ById>('/networks/:id/connect', async ({ params, body }, reply) => {
    const { Container, EndpointConfig } = parseInput(connectBody, body);
    const place = { network: params.id, container: Container };
    await connectContainer(engine.containers, place, endpointOf(EndpointConfig));
    return reply.send();
  });
  app.post<ById>('/networks/:id/disconnect', async ({ params, body }, reply) => {
    const { Container } = parseInput(disconnectBody, body);
    await disconnectContainer(engine.containers, { network: params.id, container: Container });
    return reply.send();
  });
  app.post('/networks/prune', async ({ query }) => {
    const filters = parseFilters(parseInput(filtersQuery, query).filters, ['until', 'label', 'label!']);
    const until = untilOf(filters);
    const names = await pruneNetworks(networks, ({ createdAt, config }) => {
      const isExcluded = (filters.get('label!') ?? []).some((label) => hasLabels(config.labels, [label]));
      return createdAt < until && !isExcluded && hasLabels(config.labels, filters.get('label') ?? []);
    });
    return { NetworksDeleted: names };
  });
};

function isListed(parts: NetworkParts, { id, name, config }: Network, wanted: Filters): boolean {
  const dangling = filterFlag(wanted, 'dangling');
  const isUsed = isPredefined(name) || parts.usage.users(id).length > 0;
  return (
    filterMatches(wanted, 'name', (value) => fitsExpression(name, value)) &&
    filterMatches(wanted, 'id', (value) => id.startsWith(value)) &&
    filterMatches(wanted, 'driver', (value) => config.driver === value) &&
    filterMatches(wanted, 'scope', (value) => value === 'local') &&
    filterMatches(wanted, 'type', (value) => value === (isPredefined(name) ? 'builtin' : 'custom')) &&
    hasLabels(config.labels, wanted.get('label') ?? []) &&
    (dangling === undefined || dangling !== isUsed)
  );
}

/** `Network` of the Docker Engine API. */
function dockerNetwork(parts: NetworkParts, network: Network, withContainers: boolean): Record<string, unknown> {
  const { id, name, createdAt, config } = network;
  const subnets = [config.ipv4, config.ipv6].filter((family) => family !== undefined);
  return {
    Name: name,
    Id: id,
    Created: new Date(createdAt).toISOString(),
    Scope: 'local',
    Driver: config.driver,
    EnableIPv4: config.ipv4 !== undefined || config.driver !== 'bridge',
    EnableIPv6: config.ipv6 !== undefined,
    IPAM: { Driver: 'default', Options: null, Config: subnets.map(ipamConfig) },
    Internal: config.internal,
    Attachable: config.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: withContainers ? containersIn(parts, network) : {},
    Options: config.options,
    Labels: config.labels,
  };
}

function ipamConfig({ subnet, range, gateway, reserved }: NetworkSubnet): Record<string, unknown> {
  return {
    Subnet: subnet,
    ...(range === undefined ? {} : { IPRange: range }),
    Gateway: gateway,
    ...(reserved === undefined ? {} : { AuxiliaryAddresses: reserved }),
  };
}

/** `NetworkContainer` by the container's id. */
function containersIn(parts: NetworkParts, network: Network): Record<string, unknown> {
  const [v4, v6] = ([4, 6] as const).map((family) =>
    subnetsOfNetwork(network).find((subnet) => subnet.family === family),
  );
  const place = (address: string | undefined, prefix: number | undefined): string =>
    address === undefined || prefix === undefined ? '' : `${address}/${prefix}`;
  return Object.fromEntries(
    parts.endpoints.inNetwork(network.id).map(({ id, containerId, hardwareAddress, ipv4, ipv6 }) => [
      containerId,
      {
        Name: parts.usage.name(containerId) ?? '',
        EndpointID: id,
        MacAddress: hardwareAddress,
        IPv4Address: place(ipv4, v4?.prefix),
        IPv6Address: place(ipv6, v6?.prefix),
      },
    ]),
  );
}
