import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import type { Descriptor } from '#engine/oci/descriptor.ts';

import { writeAll } from './write-all.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * The beginning of a blob, kept where the rest failed to come. Its name is its digest and its length the offset to go on
 * from: there is no other record that could disagree. The hash goes over it once more when it goes on, because Node's
 * can't be stored: a gigabyte a second, a millisecond at a time.
 */
export class PartialBlob implements AsyncDisposable {
  readonly #file: FileHandle;
  readonly hash: Hash = createHash('sha256');
  /** Bytes, all of them in `hash`. */
  size = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Begun anew where there is none, or one that can't be the beginning of what is expected. */
  static async open(path: string, expected: Descriptor): Promise<PartialBlob> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const partial = new PartialBlob(await open(path, flags, 0o600));
    try {
      await partial.#readAgain(expected.size);
      return partial;
    } catch (error) {
      await partial[Symbol.asyncDispose]();
      throw error;
    }
  }

  async append(chunk: Uint8Array): Promise<void> {
    const written = writeAll(this.#file, chunk, this.size);
    // While the disk is at work.
    this.hash.update(chunk);
    await written;
    this.size += chunk.byteLength;
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close();
  }

  async #readAgain(limit: number): Promise<void> {
    const { size } = await this.#file.stat();
    if (size > limit) await this.#file.truncate(0);
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await this.#file.read(buffer, 0, CHUNK_BYTES, this.size);
      if (bytesRead === 0) return;
      this.hash.update(buffer.subarray(0, bytesRead));
      this.size += bytesRead;
    }
  }
}
