import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import type { Endpoint } from '#engine/network/endpoint.ts';
import type { RuntimeMount } from '#engine/oci/runtime-spec.ts';

import { containerDir } from './container-dir.ts';
import { networkOwner } from './container-network.ts';
import { endpointsOf } from './container-networks.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { formatResolver, overlaid, parseResolver, reachableServers, type ResolverSettings } from './resolver-file.ts';

const LOOPBACK_HOSTS = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** Where a resolver that listens on the machine's own loopback says whom it asks itself (systemd-resolved.service(8)). */
const UPSTREAM_RESOLVER = '/run/systemd/resolve/resolv.conf';

/**
 * Writes the files by which a container knows its own name and others', and says where they are bound. One that
 * uses another's network uses its files, too.
 */
export async function writeNetworkFiles(parts: ContainerParts, container: Container): Promise<RuntimeMount[]> {
  const owner = networkOwner(container.config);
  const dir = containerDir(parts, owner ?? container.id);
  const files = owner === undefined ? await networkFiles(parts, container) : {};
  // New and small: done sooner than three threads are woken for it.
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text, { mode: 0o644 });
  return ['hostname', 'hosts', 'resolv.conf'].map((name) => ({
    destination: `/etc/${name}`,
    type: 'bind',
    source: join(dir, name),
    options: ['rbind', 'rprivate'],
  }));
}

async function networkFiles(parts: ContainerParts, container: Container): Promise<Record<string, string>> {
  const [hosts, resolver] = await Promise.all([hostsFile(parts, container), resolverFile(parts, container)]);
  return { hostname: `${ownName(container)}\n`, hosts, 'resolv.conf': resolver };
}

function ownName({ config }: Container): string {
  return config.domainname === '' ? config.hostname : `${config.hostname}.${config.domainname}`;
}

async function hostsFile(parts: ContainerParts, container: Container): Promise<string> {
  const { config, id } = container;
  const extra = (config.extraHosts ?? []).map((text) => extraLine(parts, text)).join('');
  if (config.network === 'host') return `${await machineFile('/etc/hosts')}${extra}`;
  const names = config.domainname === '' ? config.hostname : `${ownName(container)} ${config.hostname}`;
  const here = endpointsOf(parts, id);
  const own = here.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6].filter((address) => address !== undefined));
  // Where its only address is the loopback's, programs look their own name up all the same.
  const addresses = own.length === 0 ? ['127.0.0.1'] : own;
  const linked = here.flatMap((one) => linkedHosts(parts, one));
  return `${LOOPBACK_HOSTS}${extra}${linked.join('')}${addresses.map((address) => `${address}\t${names}\n`).join('')}`;
}

/** Containers that this one has names for. @throws EngineError `conflict` for one that doesn't run. */
function linkedHosts(parts: ContainerParts, one: Endpoint): string[] {
  return one.links.map((link) => {
    const [id = '', alias = ''] = link.split(':');
    const other = parts.table.get(id);
    const place = endpointsOf(parts, id).find(({ networkId }) => networkId === one.networkId);
    const address = place?.ipv4 ?? place?.ipv6;
    if (other === undefined || address === undefined) {
      throw new EngineError('conflict', `Cannot link to a non running container: ${other?.name ?? id} AS ${alias}`);
    }
    return `${address}\t${[...new Set([alias, other.config.hostname, other.name])].join(' ')}\n`;
  });
}

/** `name:address`, checked when the container was created. */
function extraLine({ networks }: ContainerParts, text: string): string {
  const colon = text.indexOf(':');
  const address = text.slice(colon + 1);
  // The machine as containers reach it, whichever network they are in.
  const gateway = networks.table.byName('bridge')?.config.ipv4?.gateway ?? '127.0.0.1';
  return `${address === 'host-gateway' ? gateway : address}\t${text.slice(0, colon)}\n`;
}

async function resolverFile(parts: ContainerParts, container: Container): Promise<string> {
  const { config, id } = container;
  const machine = await machineFile('/etc/resolv.conf');
  if (config.network === 'host') {
    return config.dns === undefined ? machine : formatResolver(overlaid(parseResolver(machine), config.dns));
  }
  const own = overlaid(await reachable(parseResolver(machine)), config.dns);
  const server = nameServerFor(parts, id);
  if (server === undefined) return formatResolver(own);
  // A name without a dot is a container's: it is asked for as it is before anything is searched.
  const options = own.options.some((option) => option.startsWith('ndots:')) ? [] : ['ndots:0'];
  return formatResolver({ ...own, servers: [server], options: [...own.options, ...options] });
}

/** Of the network that is the container's way out, or else of any that has names. It asks others' servers itself. */
function nameServerFor(parts: ContainerParts, id: string): string | undefined {
  const { table, host } = parts.networks;
  const places = endpointsOf(parts, id).toSorted((one, other) => Number(other.isGateway) - Number(one.isGateway));
  const servers = places.map(({ networkId }) => {
    const network = table.get(networkId);
    return network === undefined ? undefined : host.nameServer(network);
  });
  return servers.find((server) => server !== undefined);
}

async function reachable(machine: ResolverSettings): Promise<ResolverSettings> {
  const servers = reachableServers(machine);
  if (servers.length > 0) return { ...machine, servers };
  const upstream = parseResolver(await machineFile(UPSTREAM_RESOLVER));
  return { ...machine, servers: reachableServers(upstream) };
}

async function machineFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
