import type { Digest } from '#engine/contract/digest.ts';

/** How a layer is laid under others: a directory, in overlay's own form (whiteouts are character devices 0/0). */
export interface LayerMount {
  readonly path: string;
  /** The layer's directory, where it holds a file system that is mounted on `path` first (the launcher's step `layers`). */
  readonly image?: string | undefined;
}

/** Layers as snapshots need them. */
export interface LayerTrees {
  mountable(diffId: Digest): Promise<LayerMount>;
  /** A directory that has all of the layer, made now if there was none. */
  unpacked(diffId: Digest): Promise<string>;
  /** Absolute paths of directories that hide what the layers below have there. */
  opaquePaths(diffId: Digest): Promise<readonly string[]>;
}
