import type { ContainerInspect } from '#engine/container/inspect-container.ts';
import type { ContainerSummary } from '#engine/contract/container.ts';
import { defaultMaskedPaths, defaultReadonlyPaths } from '#engine/runtime/default-spec.ts';

import { speaksAtLeast } from './api-version.ts';
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

const texts = new WeakMap<ContainerSummary, string>();

/** The list of `GET /containers/json` in JSON: what hasn't changed since it was last asked for isn't written again. */
export function dockerContainersText(containers: readonly ContainerSummary[]): string {
  const textOf = (container: ContainerSummary): string => {
    const text = texts.get(container) ?? JSON.stringify(dockerContainer(container));
    texts.set(container, text);
    return text;
  };
  return `[${containers.map(textOf).join(',')}]`;
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

/** Before `DNSNames`, what a container answers to without anybody's asking was among what was asked for. */
function withShortId<Place extends { readonly Aliases?: readonly string[] | null | undefined }>(
  place: Place,
  id: string,
): Place {
  return { ...place, Aliases: [...(place.Aliases ?? []), id.slice(0, 12)] };
}

/** `ContainerInspectResponse` of the Docker Engine API, with the fields that are the same for every container here. */
export function dockerContainerInspect<Item extends ContainerInspect>(container: Item, url: string): Item {
  const { HostConfig, Id, NetworkSettings } = container;
  const paths = HostConfig.Privileged
    ? { MaskedPaths: null, ReadonlyPaths: null }
    : { MaskedPaths: defaultMaskedPaths, ReadonlyPaths: defaultReadonlyPaths };
  const Config = { OnBuild: null, ...container.Config };
  const settings = speaksAtLeast(url, '1.45')
    ? NetworkSettings
    : {
        ...NetworkSettings,
        Networks: Object.fromEntries(
          Object.entries(NetworkSettings.Networks).map(([name, place]) => [name, withShortId(place, Id)]),
        ),
      };
  return {
    ...container,
    Config,
    NetworkSettings: settings,
    HostConfig: { ...emptyHostConfig, ...paths, ...HostConfig },
  };
}
