import type { ContainerInspect } from '#engine/container/inspect-container.ts';
import type { ContainerSummary } from '#engine/contract/container.ts';
import { defaultMaskedPaths, defaultReadonlyPaths } from '#engine/runtime/default-spec.ts';

import type { ContainerSizes } from './container-sizes.ts';

/** Bytes, where they were asked for. */
type Sizes = Partial<ContainerSizes>;

/** `ContainerSummary` of the Docker Engine API: without what only Estrato's own windows are told. */
export function dockerContainer(container: ContainerSummary & Sizes): Record<string, unknown> {
  const { Id, Names, Image, ImageID, Command, Created, Ports, Labels, State, Status } = container;
  const { HostConfig, NetworkSettings, Mounts, SizeRw, SizeRootFs } = container;
  const sizes = SizeRw === undefined ? {} : { SizeRw, SizeRootFs };
  const facts = { Id, Names, Image, ImageID, Command, Created, Ports, Labels, State, Status };
  return { ...facts, ...sizes, HostConfig, NetworkSettings, Mounts };
}

/** Fields of `HostConfig` that a container here never has anything in, as Docker shows them then. */
const emptyHostConfig = {
  Cgroup: '',
  ContainerIDFile: '',
  CpuCount: 0,
  CpuPercent: 0,
  DeviceRequests: null,
  IOMaximumBandwidth: 0,
  IOMaximumIOps: 0,
  Links: null,
  MemorySwappiness: null,
  VolumeDriver: '',
  VolumesFrom: null,
} as const;

/** `ContainerInspectResponse` of the Docker Engine API, with the fields that are the same for every container here. */
export function dockerContainerInspect<Item extends ContainerInspect>(container: Item): Item {
  const { HostConfig } = container;
  const paths = HostConfig.Privileged
    ? { MaskedPaths: null, ReadonlyPaths: null }
    : { MaskedPaths: defaultMaskedPaths, ReadonlyPaths: defaultReadonlyPaths };
  const Config = { OnBuild: null, ...container.Config };
  return { ...container, Config, HostConfig: { ...emptyHostConfig, ...paths, ...HostConfig } };
}
