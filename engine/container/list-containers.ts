import type { ContainerSummary } from '#engine/contract/container.ts';

import { attachmentsOf } from './container-network.ts';
import { endpointsOf } from './container-networks.ts';
import type { ContainerParts } from './container-parts.ts';
import type { ContainerMount } from './container-mount.ts';
import { portSummaries } from './container-ports.ts';
import { exitCodeOf, isActive, type Container } from './container.ts';
import { networksOf } from './network-settings.ts';
import { propagations } from './parse-bind.ts';
import { statusText } from './status-text.ts';

/** Newest first. Without `all` only those that run. */
export function listContainers(parts: ContainerParts, { all }: { readonly all: boolean }): ContainerSummary[] {
  return parts.table
    .list()
    .filter(({ state }) => all || isActive(state))
    .toSorted((a, b) => b.createdAt - a.createdAt || a.id.localeCompare(b.id))
    .map((container) => summarise(parts, container));
}

/** What a summary was made of beside its container, each replaced where it changes. */
interface Kept {
  readonly ingredients: readonly unknown[];
  readonly summary: ContainerSummary;
}

const kept = new WeakMap<Container, Kept>();

/** The same object for as long as nothing about the container changes: whoever lists a thousand makes few of them. */
export function summarise(parts: ContainerParts, container: Container): ContainerSummary {
  const ingredients = ingredientsOf(parts, container);
  const before = kept.get(container);
  if (before !== undefined && areSame(before.ingredients, ingredients)) return before.summary;
  const summary = describe(parts, container);
  // How others are called now is in their links.
  if (attachmentsOf(container).every(({ links }) => links.length === 0)) kept.set(container, { ingredients, summary });
  return summary;
}

function ingredientsOf(parts: ContainerParts, container: Container): readonly unknown[] {
  const { table, networks } = parts;
  const health = table.health.get(container.id);
  return [
    health,
    statusText(container.state, health, Date.now()),
    endpointsOf(parts, container.id),
    ...attachmentsOf(container).map(({ network }) => networks.table.get(network)),
  ];
}

function areSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}

function describe(parts: ContainerParts, container: Container): ContainerSummary {
  const { id, name, imageId, createdAt, config, state } = container;
  const health = parts.table.health.get(id);
  return {
    Id: id,
    Names: [`/${name}`],
    Image: config.image,
    ImageID: imageId,
    Command: commandText(container),
    Created: Math.floor(createdAt / 1000),
    Ports: portSummaries(parts, container),
    Labels: config.labels,
    State: state.status,
    Status: statusText(state, health, Date.now()),
    HostConfig: { NetworkMode: config.network },
    NetworkSettings: { Networks: networksOf(parts, container) },
    Mounts: config.mounts.map(mountPoint),
    startedAt: 'startedAt' in state ? state.startedAt : 0,
    finishedAt: 'finishedAt' in state ? state.finishedAt : 0,
    exitCode: exitCodeOf(state),
    tty: config.tty,
    ...(health === undefined ? {} : { health: health.status }),
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
