import type { Digest } from '#engine/contract/digest.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

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
}

/**
 * Unpacked layers by diff id, each with its entry index.
 *
 * A layer's tree holds only what the layer holds, in overlay's own form (whiteouts as character devices 0/0, opaque
 * directories by xattr), so that any stack is a list of trees. A layer is whole or absent.
 */
export interface LayerStore {
  get(diffId: Digest): Promise<LayerRecord | undefined>;
  /**
   * Unpacks a blob of the blob store, writes its entry index, and checks its diff id.
   * @param onProgress called with bytes of the blob consumed so far.
   * @throws EngineError `corrupt` when the tar is broken, climbs out of its root, or has another diff id.
   */
  apply(
    diffId: Digest,
    blob: Descriptor,
    onProgress?: (current: number) => void,
    signal?: AbortSignal,
  ): Promise<LayerRecord>;
  /** The unpacked tree, for mounting. */
  treePath(diffId: Digest): string;
  /** Absolute paths of its opaque directories. */
  opaquePaths(diffId: Digest): Promise<readonly string[]>;
  index(diffId: Digest): Promise<EntryIndex>;
  remove(diffId: Digest): Promise<void>;
  list(): Promise<readonly Digest[]>;
}
