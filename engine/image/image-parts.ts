import type { BlobStore } from '#engine/content/blob-store.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { EventBus } from '#engine/events/event-bus.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';
import type { Database } from '#engine/metadata/database.ts';
import type { ImageConfig } from '#engine/oci/image-config.ts';
import type { RegistryClient } from '#engine/registry/registry-client.ts';
import type { TrashParts } from '#engine/trash/trash-parts.ts';

/** What the verbs of this folder work with. */
export interface ImageParts {
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly layers: LayerStore;
  readonly events: EventBus;
  readonly registry: RegistryClient;
  readonly usage: ImageUsage;
  /** Where removed images wait until they come back or go for good. */
  readonly trash: TrashParts;
  /** A directory for what is on its way, on a disk with room for whole images: the data root's `tmp`. */
  readonly temporaryDir: string;
}

/** Which containers were made from which image. Given by the wiring, because containers lie above images. */
export interface ImageUsage {
  containers(): readonly {
    readonly id: string;
    readonly name: string;
    readonly running: boolean;
    readonly imageId: Digest;
  }[];
  /** Whether something in the trash can't come back without it: its names may go, its layers stay. */
  isKept(imageId: Digest): boolean;
}

/** An image that is here, found by any of its names. */
export interface ResolvedImage {
  /** The config digest. */
  readonly id: Digest;
  readonly config: ImageConfig;
  /** Base first. */
  readonly diffIds: readonly Digest[];
  /** Its tags in familiar form. */
  readonly names: readonly string[];
  /** Bytes of its layers, uncompressed; a layer it has twice counts once. */
  readonly size: number;
}
