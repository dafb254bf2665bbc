import type { ContainerSummary } from '#engine/contract/container.ts';

import type { ContainerParts } from './container-parts.ts';
import type { ContainerMount } from './container-mount.ts';
import { exitCodeOf, isActive, type Container } from './container.ts';
import type { Health } from './health.ts';
import { propagations } from './parse-bind.ts';
import { statusText } from './status-text.ts';

/** Newest first. Without `all` only those that run. */
export function listContainers(parts: ContainerParts, { all }: { readonly all: boolean }): ContainerSummary[] {
  return parts.table
    .list()
    .filter(({ state }) => all || isActive(state))
    .toSorted((a, b) => b.createdAt - a.createdAt || a.id.localeCompare(b.id))
    .map((container) => summarise(container, parts.table.health.get(container.id)));
}

export function summarise(container: Container, health: Health | undefined): ContainerSummary {
  const { id, name, imageId, createdAt, config, state } = container;
  const networkMode = networkModeOf(container);
  return {
    Id: id,
    Names: [`/${name}`],
    Image: config.image,
    ImageID: imageId,
    Command: commandText(container),
    Created: Math.floor(createdAt / 1000),
    Ports: [],
    Labels: config.labels,
    State: state.status,
    Status: statusText(state, health, Date.now()),
    HostConfig: { NetworkMode: networkMode },
    NetworkSettings: { Networks: networksOf(container) },
    Mounts: config.mounts.map(mountPoint),
    startedAt: 'startedAt' in state ? state.startedAt : 0,
    finishedAt: 'finishedAt' in state ? state.finishedAt : 0,
    exitCode: exitCodeOf(state),
    tty: config.tty,
    ...(health === undefined ? {} : { health: health.status }),
  };
}

/** What it has is `none`, a loopback of its own, unless it uses the machine's network. */
export function networkModeOf({ config }: Container): string {
  return config.network;
}

export function networksOf({ config }: Container): ContainerSummary['NetworkSettings']['Networks'] {
  const name = config.network === 'host' ? 'host' : 'none';
  return {
    [name]: {
      NetworkID: '',
      EndpointID: '',
      Gateway: '',
      IPAddress: '',
      IPPrefixLen: 0,
      IPv6Gateway: '',
      GlobalIPv6Address: '',
      GlobalIPv6PrefixLen: 0,
      MacAddress: '',
    },
  };
}

export function mountPoint(mount: ContainerMount): ContainerSummary['Mounts'][number] {
  const { type, source, destination, readOnly } = mount;
  const propagation = mount.options.find((word) => propagations.includes(word)) ?? 'rprivate';
  // Docker's label of what several containers may share.
  const mode = type === 'volume' && !mount.isAnonymous ? 'z' : '';
  return {
    Type: type,
    ...(type === 'volume' ? { Name: mount.name, Driver: 'local' } : {}),
    Source: source,
    Destination: destination,
    Mode: readOnly ? 'ro' : mode,
    RW: !readOnly,
    Propagation: type === 'bind' ? propagation : '',
  };
}

/** As Docker lists it: the arguments joined, those with spaces in quotes. */
function commandText({ config }: Container): string {
  return [...config.entrypoint, ...config.command].map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ');
}
