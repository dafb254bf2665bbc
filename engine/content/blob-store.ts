import type { Digest } from '#engine/contract/digest.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

export interface BlobInfo {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** What they take on the disk, as du(1) counts. */
  readonly storedBytes: number;
}

/**
 * Immutable bytes named by their digest.
 *
 * A blob is either whole and verified or not there at all: readers never see a partial write, and two ingests of
 * one digest end as one blob.
 */
export interface BlobStore {
  /** Undefined when absent: absence is an answer, not a failure. */
  stat(digest: Digest): Promise<BlobInfo | undefined>;
  /** @throws EngineError `not-found` when absent, `corrupt` at the end when the bytes no longer match the digest. */
  open(digest: Digest): AsyncIterable<Uint8Array>;
  /** The whole of a small blob (a manifest, a config), verified. @throws EngineError `too-large` above `limit` bytes (4 MiB). */
  read(digest: Digest, limit?: number): Promise<Uint8Array>;
  /**
   * @throws EngineError `conflict` when the bytes are not the ones promised, `out-of-space` when the disk is full;
   * nothing is kept then.
   */
  ingest(expected: Descriptor, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void>;
  remove(digest: Digest): Promise<void>;
  list(): AsyncIterable<BlobInfo>;
}
