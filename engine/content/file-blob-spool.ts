import { createHash } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';

import type { BlobSpool } from './blob-store.ts';
import { writeAll } from './write-all.ts';

/** Bytes on their way into a store of files. */
export class FileBlobSpool implements BlobSpool {
  #path: string;
  #file: FileHandle | undefined;
  readonly #hash = createHash('sha256');
  #size = 0;
  #digest: Digest | undefined;
  #isKept = false;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** @param path where nothing is yet. */
  static async open(path: string): Promise<FileBlobSpool> {
    return new FileBlobSpool(path, await open(path, 'wx', 0o600));
  }

  get path(): string {
    return this.#path;
  }

  get size(): number {
    return this.#size;
  }

  /** The hash is had while the disk is at work. */
  async append(chunk: Uint8Array): Promise<void> {
    if (this.#file === undefined) throw new Error('a spool takes nothing more once it has ended');
    const written = writeAll(this.#file, chunk);
    this.#hash.update(chunk);
    this.#size += chunk.byteLength;
    await written;
  }

  async end(): Promise<Digest> {
    await this.#close();
    this.#digest ??= parseDigest(`sha256:${this.#hash.digest('hex')}`);
    return this.#digest;
  }

  /** To the place of a blob, durably but for the directory's own entry. */
  async moveTo(path: string): Promise<void> {
    await using file = await open(this.#path, 'r+');
    await file.sync();
    await rename(this.#path, path);
    this.#path = path;
    this.#isKept = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
    if (!this.#isKept) await rm(this.#path, { force: true });
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
