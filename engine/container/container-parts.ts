import type { EventBus } from '#engine/events/event-bus.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';
import type { Database } from '#engine/metadata/database.ts';
import type { NetworkParts } from '#engine/network/network-parts.ts';
import type { Runtimes } from '#engine/runtime/runtimes.ts';
import type { Snapshotter } from '#engine/snapshot/snapshotter.ts';
import type { TrashParts } from '#engine/trash/trash-parts.ts';
import type { VolumeParts } from '#engine/volume/volume-parts.ts';

import type { ContainerTable } from './container-table.ts';
import type { RestartTimers } from './restart-timers.ts';

/** What the verbs of this folder work with. */
export interface ContainerParts {
  readonly database: Database;
  /** One directory a container, named by its id: bundle, log, exit status, shim's socket. */
  readonly containersDir: string;
  readonly images: ImageParts;
  readonly snapshots: Snapshotter;
  readonly layers: LayerStore;
  readonly volumes: VolumeParts;
  readonly trash: TrashParts;
  readonly networks: NetworkParts;
  readonly runtime: Runtimes;
  /** For what Node can't do itself: extended attributes. */
  readonly launcherPath: string;
  readonly events: EventBus;
  /** The containers that are, and which of them run. */
  readonly table: ContainerTable;
  readonly restarts: RestartTimers;
}
