import type { Digest } from '#engine/contract/digest.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

export interface BlobInfo {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** What they take on the disk, as du(1) counts. */
  readonly storedBytes: number;
}

/** Bytes that can be had from any of them on, and whose beginning may be worth keeping. */
export interface ResumableSource {
  /** @param offset bytes that are here already. */
  open(offset: number): AsyncIterable<Uint8Array>;
  /** Whether the rest may still come another time. */
  isWorthKeeping(error: unknown): boolean;
}

/** Bytes that are stored before anybody knows what they are called. Disposing removes them, unless they were kept. */
export interface BlobSpool extends AsyncDisposable {
  /** Where to read them before they are kept. */
  readonly path: string;
  /** Bytes that came. */
  readonly size: number;
  /** The chunk may be used for something else afterwards. */
  append(chunk: Uint8Array): Promise<void>;
  /** No more comes. @returns what they are called. */
  end(): Promise<Digest>;
  /** Their file becomes another's. */
  moveTo(path: string): Promise<void>;
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
  /**
   * The same, going on from what an earlier attempt has left, perhaps another engine's. Fails as `ingest` does, but what
   * came stays if the source says so.
   */
  resume(expected: Descriptor, source: ResumableSource, signal?: AbortSignal): Promise<void>;
  /** For bytes that come before their digest; nobody finds them until they are kept. */
  spool(): Promise<BlobSpool>;
  /** Makes spooled bytes a blob, without writing them again. Fails as `ingest` does. */
  keep(expected: Descriptor, spool: BlobSpool): Promise<void>;
  remove(digest: Digest): Promise<void>;
  list(): AsyncIterable<BlobInfo>;
}
