import type { EventBus } from '#engine/events/event-bus.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';
import type { TrashParts } from '#engine/trash/trash-parts.ts';

import type { VolumeTable } from './volume-table.ts';

/** A container that has a volume among its mounts, whether it runs or not. */
export interface VolumeUser {
  readonly id: string;
  readonly name: string;
  readonly running: boolean;
  /** It has a directory or file within it, beside or instead of the whole. */
  readonly hasPart?: boolean;
}

/** Containers that don't move: nobody starts, stops or removes them either, until this is disposed of. */
export interface StillContainers extends AsyncDisposable {
  /** Their ids. */
  readonly held: ReadonlySet<string>;
}

/** What volumes ask of the containers above them. */
export interface VolumeUsage {
  users(volume: string): readonly VolumeUser[];
  /**
   * Pauses those that run with a volume. One that was paused already stays so afterwards; one that the engine died over
   * is let go by the next.
   *
   * @throws EngineError `unsupported` where nothing can be paused.
   */
  standStill(volume: string): Promise<StillContainers>;
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
