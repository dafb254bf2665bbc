import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { explainWriteFailure } from '#engine/content/file-failures.ts';
import { parseDigest, type Digest } from '#engine/contract/digest.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { leasesOf, type Lease } from '#engine/image/leases.ts';
import { letGo } from '#engine/image/release-lease.ts';

import { RegistryFailure } from './failures.ts';

/** A blob on its way in. */
interface Upload {
  readonly repository: string;
  readonly path: string;
  readonly hash: Hash;
  /** Bytes that have come. */
  size: number;
  isBusy: boolean;
  touchedAt: number;
}

/** As many as nobody needs at once. */
const MOST_UPLOADS = 256;
/** An upload that nobody goes on with, and a blob that no manifest has named, is given up after that. */
const GIVEN_UP_MS = 60 * 60 * 1000;

/** Blobs that are being sent, whole or piece by piece. What was begun ends with the registry. */
export class Uploads implements AsyncDisposable {
  readonly #parts: ImageParts;
  readonly #dir: string;
  readonly #uploads = new Map<string, Upload>();
  /** Blobs that have come, until a manifest names them. */
  readonly #waiting = new Map<Digest, { readonly lease: Lease; readonly since: number }>();

  private constructor(parts: ImageParts, dir: string) {
    this.#parts = parts;
    this.#dir = dir;
  }

  static async open(parts: ImageParts): Promise<Uploads> {
    return new Uploads(parts, await mkdtemp(join(parts.temporaryDir, 'uploads-')));
  }

  /** @returns its id. */
  async begin(repository: string): Promise<string> {
    await this.#giveUp(Date.now() - GIVEN_UP_MS);
    if (this.#uploads.size >= MOST_UPLOADS) {
      throw new RegistryFailure(429, 'DENIED', `There are ${MOST_UPLOADS} uploads already; try again later.`);
    }
    const id = randomUUID();
    const upload = { repository, path: join(this.#dir, id), hash: createHash('sha256'), size: 0 };
    this.#uploads.set(id, { ...upload, isBusy: false, touchedAt: Date.now() });
    return id;
  }

  /** Bytes that have come so far. */
  sizeOf(repository: string, id: string): number {
    return this.#find(repository, id).size;
  }

  /**
   * More bytes of an upload. Those that came before a connection broke stay: the client asks how many, and goes on.
   *
   * @param at where the client believes that they begin, if it says so.
   * @returns how many there are now.
   */
  async append(
    repository: string,
    id: string,
    { source, at }: { readonly source: AsyncIterable<Uint8Array>; readonly at?: number | undefined },
  ): Promise<number> {
    const upload = this.#find(repository, id);
    if (upload.isBusy || (at !== undefined && at !== upload.size)) {
      throw new RegistryFailure(416, 'BLOB_UPLOAD_INVALID', `The upload has ${upload.size} bytes; go on from there.`);
    }
    upload.isBusy = true;
    try {
      await write(upload, source);
    } finally {
      upload.isBusy = false;
      upload.touchedAt = Date.now();
    }
    return upload.size;
  }

  /** The upload is a blob from now on. @throws RegistryFailure when it isn't the one promised; it is gone then. */
  async finish(repository: string, id: string, promised: Digest): Promise<void> {
    const { path, hash, size } = this.#find(repository, id);
    this.#uploads.delete(id);
    try {
      const digest = parseDigest(`sha256:${hash.digest('hex')}`);
      if (digest !== promised) {
        const sentence = `The bytes that came are those of ${digest}, and not of ${promised}; send them again.`;
        throw new RegistryFailure(400, 'DIGEST_INVALID', sentence);
      }
      await this.keep(digest);
      const blob = { mediaType: 'application/octet-stream', digest, size };
      await this.#parts.blobs.ingest(blob, size === 0 ? nothing() : createReadStream(path));
    } finally {
      await rm(path, { force: true });
    }
  }

  /** What is here stays until a manifest names it, or the time is up. */
  async keep(digest: Digest): Promise<void> {
    const lease = this.#waiting.get(digest)?.lease ?? leasesOf(this.#parts).open();
    this.#waiting.set(digest, { lease, since: Date.now() });
    await lease.hold(digest);
  }

  /** An image has them now. */
  async release(digests: readonly Digest[]): Promise<void> {
    for (const digest of digests) {
      const waiting = this.#waiting.get(digest);
      this.#waiting.delete(digest);
      if (waiting !== undefined) await letGo(this.#parts, waiting.lease);
    }
  }

  async cancel(repository: string, id: string): Promise<void> {
    const { path } = this.#find(repository, id);
    this.#uploads.delete(id);
    await rm(path, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release([...this.#waiting.keys()]);
    await rm(this.#dir, { recursive: true, force: true });
  }

  async #giveUp(before: number): Promise<void> {
    for (const [id, { touchedAt, isBusy, path }] of this.#uploads) {
      if (isBusy || touchedAt > before) continue;
      this.#uploads.delete(id);
      await rm(path, { force: true });
    }
    await this.release([...this.#waiting].filter(([, { since }]) => since <= before).map(([digest]) => digest));
  }

  #find(repository: string, id: string): Upload {
    const upload = this.#uploads.get(id);
    if (upload?.repository === repository) return upload;
    throw new RegistryFailure(404, 'BLOB_UPLOAD_UNKNOWN', 'There is no such upload; begin a new one.');
  }
}

async function write(upload: Upload, source: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await using file = await open(upload.path, 'a', 0o600);
    for await (const chunk of source) {
      await file.appendFile(chunk);
      upload.hash.update(chunk);
      upload.size += chunk.byteLength;
    }
  } catch (error) {
    throw explainWriteFailure(error, 'the upload');
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array();
}
