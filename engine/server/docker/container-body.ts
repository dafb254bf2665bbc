import type { ContainerInspect } from '#engine/container/inspect-container.ts';
import type { ContainerSummary } from '#engine/contract/container.ts';
import { defaultMaskedPaths, defaultReadonlyPaths } from '#engine/runtime/default-spec.ts';

/** `ContainerSummary` of the Docker Engine API: without what only Estrato's own windows are told. */
export function dockerContainer<Item extends ContainerSummary>(
  container: Item,
): Omit<Item, 'startedAt' | 'finishedAt' | 'exitCode' | 'tty' | 'health'> {
  const { startedAt, finishedAt, exitCode, tty, health, ...shown } = container;
  return shown;
}

/** Fields of `HostConfig` that a container here never has anything in, as Docker shows them then. */
const emptyHostConfig = {
  Cgroup: '',
  CgroupParent: '',
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
