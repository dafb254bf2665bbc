import type { EventBus } from '#engine/events/event-bus.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';
import type { TrashParts } from '#engine/trash/trash-parts.ts';

import type { VolumeTable } from './volume-table.ts';

/** A container that has a volume among its mounts, whether it runs or not. */
export interface VolumeUser {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
}

/** What volumes ask before one is removed. */
export interface VolumeUsage {
  users(volume: string): readonly VolumeUser[];
}

/** What the verbs of this folder work with. */
export interface VolumeParts {
  /** One directory a volume, by its name; what is in the volume is in `_data`. */
  readonly volumesDir: string;
  readonly layers: LayerStore;
  readonly launcherPath: string;
  readonly trash: TrashParts;
  readonly events: EventBus;
  readonly usage: VolumeUsage;
  readonly table: VolumeTable;
}
