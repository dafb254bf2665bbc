import type { BuildParts } from '#engine/build/build-parts.ts';
import type { ContainerParts } from '#engine/container/container-parts.ts';
import type { Finding } from '#engine/contract/system-check.ts';
import type { DockerContext, SystemInfo } from '#engine/contract/system.ts';
import type { EventBus } from '#engine/events/event-bus.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { Comparisons } from '#engine/inspect/comparisons.ts';
import type { InspectThread } from '#engine/inspect/inspect-thread.ts';
import type { LayerSearch } from '#engine/inspect/layer-search.ts';
import type { JobBoard } from '#engine/jobs/job-board.ts';
import type { StatsKeeper } from '#engine/stats/stats-keeper.ts';

import type { Log } from './log.ts';
import type { RegistrySwitch } from './registry/registry-switch.ts';

/** What both fronts are given: the parts their verbs work with. */
export interface Engine {
  readonly version: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly dataRoot: string;
  readonly images: ImageParts;
  readonly containers: ContainerParts;
  readonly search: LayerSearch;
  readonly thread: InspectThread;
  readonly comparisons: Comparisons;
  readonly builds: BuildParts;
  readonly jobs: JobBoard;
  readonly events: EventBus;
  readonly stats: StatsKeeper;
  readonly registrySwitch: RegistrySwitch;
  readonly log: Log;
  info(): Promise<SystemInfo>;
  check(): Promise<Finding[]>;
  /** Makes docker's context first, or removes it, where `isOn` is given. @throws EngineError `conflict` while docker uses it. */
  dockerContext(isOn?: boolean): Promise<DockerContext>;
}
