import { createHash, randomUUID, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, opendir, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { KeyedLock } from '#engine/async/keyed-lock.ts';
import { digestHex, isDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Descriptor } from '#engine/oci/descriptor.ts';

import type { BlobInfo, BlobSpool, BlobStore, ResumableSource } from './blob-store.ts';
import { FileBlobSpool } from './file-blob-spool.ts';
import { explainWriteFailure, isMissing } from './file-failures.ts';
import { PartialBlob } from './partial-blob.ts';
import { untilAborted } from './until-aborted.ts';
import { writeAll } from './write-all.ts';

/** Large enough that a system call per chunk costs nothing beside hashing the chunk. */
const CHUNK_BYTES = 1024 * 1024;
/** Of a block of stat(2). */
const BLOCK_BYTES = 512;
/** A beginning of a blob is named as the blob will be, whatever else is on its way by chance. */
const RESUMABLE = /^[0-9a-f]{64}$/;
const KEPT_PARTIAL_MS = 7 * 24 * 3600 * 1000;
const SMALL_BLOB_BYTES = 4 * 1024 * 1024;

/** Blobs as files of one directory; README.md has the format. */
export class FileBlobStore implements BlobStore {
  /** The data root's directory for blobs, by which another thread opens the same store. */
  readonly dir: string;
  readonly #blobsDir: string;
  readonly #partialDir: string;
  /** Blobs found damaged, so that the next ingest replaces them rather than finding them there already. */
  readonly #damaged = new Set<Digest>();
  /** Two can't write one beginning. */
  readonly #oneByOne = new KeyedLock();

  constructor(dir: string) {
    this.dir = dir;
    this.#blobsDir = join(dir, 'sha256');
    this.#partialDir = join(dir, 'partial');
  }

  /** Where the blob's file is, or would be. Whoever reads it there verifies it too. */
  pathOf(digest: Digest): string {
    return join(this.#blobsDir, digestHex(digest));
  }

  /**
   * Removes what an ingest left that was killed, and beginnings that nobody has gone on with for a week. To be called
   * before the first ingest, never beside one.
   */
  async sweep(): Promise<void> {
    const names = await readdir(this.#partialDir).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const oldest = Date.now() - KEPT_PARTIAL_MS;
    for (const name of names) {
      const path = join(this.#partialDir, name);
      const { mtimeMs, size } = await lstat(path);
      if (RESUMABLE.test(name) && size > 0 && mtimeMs > oldest) continue;
      await rm(path, { recursive: true, force: true });
    }
  }

  async stat(digest: Digest): Promise<BlobInfo | undefined> {
    try {
      const { size, blocks } = await stat(this.pathOf(digest));
      return { digest, size, storedBytes: blocks * BLOCK_BYTES };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async *open(digest: Digest): AsyncGenerator<Uint8Array> {
    await using file = await this.#openFile(digest);
    const hash = createHash('sha256');
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      yield chunk;
    }
    this.#check(digest, hash);
  }

  async read(digest: Digest, limit: number = SMALL_BLOB_BYTES): Promise<Uint8Array> {
    const info = await this.stat(digest);
    if (info === undefined) throw absent(digest);
    if (info.size > limit) {
      throw new EngineError(
        'too-large',
        `the blob ${digest} has ${info.size} bytes, and at most ${limit} are read at once`,
      );
    }
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.open(digest)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async ingest(expected: Descriptor, source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<void> {
    if (await this.#has(expected)) return;
    const partial = join(this.#partialDir, randomUUID());
    try {
      await this.#writePartial(partial, expected, untilAborted(source, signal));
      await rename(partial, this.pathOf(expected.digest));
      await syncDirectory(this.#blobsDir);
    } catch (error) {
      await rm(partial, { force: true });
      throw explainWriteFailure(error, `the blob ${expected.digest}`);
    }
    this.#damaged.delete(expected.digest);
  }

  async resume(expected: Descriptor, source: ResumableSource, signal?: AbortSignal): Promise<void> {
    await this.#oneByOne.exclusively(expected.digest, async () => {
      if (await this.#has(expected)) return;
      const path = join(this.#partialDir, digestHex(expected.digest));
      try {
        await this.#goOn(path, expected, { source, signal });
        await rename(path, this.pathOf(expected.digest));
        await syncDirectory(this.#blobsDir);
      } catch (error) {
        if (!source.isWorthKeeping(error) || (await sizeOf(path)) === 0) await rm(path, { force: true });
        throw explainWriteFailure(error, `the blob ${expected.digest}`);
      }
      this.#damaged.delete(expected.digest);
    });
  }

  async spool(): Promise<BlobSpool> {
    await this.#makeDirectories();
    return FileBlobSpool.open(join(this.#partialDir, randomUUID()));
  }

  async keep(expected: Descriptor, spool: BlobSpool): Promise<void> {
    await this.#oneByOne.exclusively(expected.digest, async () => {
      if (await this.#has(expected)) return;
      const actual = await spool.end();
      if (spool.size !== expected.size) throw wrongSize(expected, String(spool.size));
      if (actual !== expected.digest) throw otherBytes(expected, digestHex(actual));
      await spool.moveTo(this.pathOf(expected.digest));
      await syncDirectory(this.#blobsDir);
      this.#damaged.delete(expected.digest);
    });
  }

  async remove(digest: Digest): Promise<void> {
    await rm(this.pathOf(digest), { force: true });
    this.#damaged.delete(digest);
  }

  async *list(): AsyncGenerator<BlobInfo> {
    const names = await opendir(this.#blobsDir).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for await (const { name } of names) {
      const digest = `sha256:${name}`;
      const info = isDigest(digest) ? await this.stat(digest) : undefined;
      if (info !== undefined) yield info;
    }
  }

  /** Whole, as far as anybody knows. */
  async #has({ digest, size }: Descriptor): Promise<boolean> {
    return (await this.stat(digest))?.size === size && !this.#damaged.has(digest);
  }

  async #writePartial(path: string, expected: Descriptor, source: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#makeDirectories();
    await using file = await open(path, 'wx', 0o600);
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of source) {
      size += chunk.byteLength;
      // Not left to the end: whoever sends more than promised may never stop.
      if (size > expected.size) throw wrongSize(expected, `more than ${expected.size}`);
      hash.update(chunk);
      await writeAll(file, chunk);
    }
    if (size !== expected.size) throw wrongSize(expected, String(size));
    const actual = hash.digest('hex');
    if (actual !== digestHex(expected.digest)) throw otherBytes(expected, actual);
    await file.sync();
  }

  async #goOn(
    path: string,
    expected: Descriptor,
    { source, signal }: { readonly source: ResumableSource; readonly signal: AbortSignal | undefined },
  ): Promise<void> {
    await this.#makeDirectories();
    await using partial = await PartialBlob.open(path, expected);
    const kept = partial.size;
    if (partial.size < expected.size) {
      for await (const chunk of untilAborted(source.open(kept), signal)) {
        // Not left to the end: whoever sends more than promised may never stop.
        if (partial.size + chunk.byteLength > expected.size) throw wrongSize(expected, `more than ${expected.size}`);
        await partial.append(chunk);
      }
    }
    if (partial.size !== expected.size) throw wrongSize(expected, String(partial.size));
    const actual = partial.hash.digest('hex');
    if (actual === digestHex(expected.digest)) {
      await partial.sync();
      return;
    }
    await rm(path, { force: true });
    if (kept === 0) throw otherBytes(expected, actual);
    // Of a beginning that was not synced when the power failed, anything may be left.
    await this.#goOn(path, expected, { source, signal });
  }

  async #makeDirectories(): Promise<void> {
    await mkdir(this.#blobsDir, { recursive: true, mode: 0o700 });
    await mkdir(this.#partialDir, { recursive: true, mode: 0o700 });
  }

  async #openFile(digest: Digest): Promise<FileHandle> {
    try {
      return await open(this.pathOf(digest), constants.O_RDONLY | constants.O_NOFOLLOW);
    } catch (error) {
      if (isMissing(error)) throw absent(digest);
      throw error;
    }
  }

  #check(digest: Digest, hash: Hash): void {
    const actual = hash.digest('hex');
    if (actual === digestHex(digest)) return;
    this.#damaged.add(digest);
    throw new EngineError(
      'corrupt',
      `the blob ${digest} was damaged on disk: its bytes are now those of sha256:${actual}; pull or load its image again`,
    );
  }
}

async function sizeOf(path: string): Promise<number> {
  return lstat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** A rename is durable only once the directory is. */
async function syncDirectory(path: string): Promise<void> {
  await using directory = await open(path, 'r');
  await directory.sync();
}

function absent(digest: Digest): EngineError {
  return new EngineError('not-found', `the blob ${digest} is not here; pull or load its image again`);
}

function otherBytes({ digest }: Descriptor, actual: string): EngineError {
  return new EngineError(
    'conflict',
    `the bytes received for ${digest} are those of sha256:${actual}; fetch them again, and if it repeats, the source is broken`,
  );
}

function wrongSize(expected: Descriptor, actual: string): EngineError {
  return new EngineError(
    'conflict',
    `${expected.digest} was promised with ${expected.size} bytes, but ${actual} came; fetch it again`,
  );
}
