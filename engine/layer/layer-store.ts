import type { Digest } from '#engine/contract/digest.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';
import type { LayerTrees } from '#engine/snapshot/layer-trees.ts';

import type { EntryIndex } from './entry-index.ts';

export interface LayerRecord {
  readonly diffId: Digest;
  readonly mediaType: string;
  readonly blobDigest: Digest;
  /** Bytes of the blob. */
  readonly compressedSize: number;
  /** Sum of the sizes of the regular files. */
  readonly size: number;
  readonly entryCount: number;
  /** How it is kept; absent of those unpacked before there was a choice. */
  readonly form?: LayerForm | undefined;
  /** Bytes of the uncompressed tar; absent of those unpacked before it was counted. */
  readonly tarSize?: number | undefined;
}

/** Whether a layer stays the tar that it is, with a file system's index to be mounted over it, or is unpacked. */
export type LayerForm = 'tar' | 'tree';

/** Where bytes are on the disk: `size` of them, from `offset` on in the file at `path`. To be opened with O_NOFOLLOW. */
export interface FilePlace {
  /** As bytes where it has a name that is no UTF-8. */
  readonly path: string | Buffer;
  readonly offset: number;
  readonly size: number;
}

/**
 * Layers by diff id, each with its entry index. A store may hold some as tars and others as trees (README.md): what is in
 * them is read by the index and `place`, what is laid over others comes from `mountable`.
 *
 * A layer is whole or absent.
 */
export interface LayerStore extends LayerTrees {
  get(diffId: Digest): Promise<LayerRecord | undefined>;
  /**
   * Takes in a blob of the blob store, writes its entry index, and checks its diff id.
   * @param onProgress called with bytes of the blob consumed so far.
   * @throws EngineError `corrupt` when the tar is broken, climbs out of its root, or has another diff id.
   */
  apply(
    diffId: Digest,
    blob: Descriptor,
    onProgress?: (current: number) => void,
    signal?: AbortSignal,
  ): Promise<LayerRecord>;
  /** Where the bytes of a file of the layer are, by its entry in the index; undefined for what is no file. */
  place(diffId: Digest, entry: number): Promise<FilePlace | undefined>;
  /** Where the layer's uncompressed tar is as a file; undefined when it isn't kept as one. */
  tarPlace(diffId: Digest): Promise<FilePlace | undefined>;
  /**
   * The layer's uncompressed tar, byte for byte: from its file, or else from its blob. Whoever reads to the end has
   * bytes that are the diff id's.
   * @throws EngineError `not-found`, `corrupt`
   */
  openTar(diffId: Digest): AsyncIterable<Uint8Array>;
  index(diffId: Digest): Promise<EntryIndex>;
  /** The file of its entry index (README.md), for who reads parts of it. */
  indexPath(diffId: Digest): string;
  remove(diffId: Digest): Promise<void>;
  /**
   * Bytes that it takes on the disk with its index, as du(1) counts, but for what it has in common with its blob: looks
   * at every file of it.
   */
  storedBytes(diffId: Digest, signal?: AbortSignal): Promise<number>;
  list(): Promise<readonly Digest[]>;
}
