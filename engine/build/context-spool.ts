import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import type { ReceivedEntry } from './received-folder.ts';
import type { SourceEntry } from './source-tree.ts';

/** Bytes that are written at once. */
const BATCH = 1024 * 1024;

/** Where the bytes of a context's files are gathered, after those that an earlier build has left there. */
export class ContextSpool implements AsyncDisposable {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #known: ReadonlyMap<string, ReceivedEntry>;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #written: number;

  private constructor(path: string, file: FileHandle, known: ReadonlyMap<string, ReceivedEntry>, written: number) {
    this.path = path;
    this.#file = file;
    this.#known = known;
    this.#written = written;
  }

  /** @param known of what is in the file already; empty for a new one. */
  static async open(path: string, known: ReadonlyMap<string, ReceivedEntry> = new Map()): Promise<ContextSpool> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      return new ContextSpool(path, file, known, (await file.stat()).size);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Bytes, with those that wait to be written. */
  get size(): number {
    return this.#written + this.#waitingBytes;
  }

  /** A file whose bytes are here: its size and the time of its last change are the same, as BuildKit compares. */
  known(entry: SourceEntry, modTime: number): ReceivedEntry | undefined {
    const known = this.#known.get(entry.path);
    if (known?.entry.type !== 'file' || known.modTime !== modTime || known.entry.size !== entry.size) return undefined;
    return { ...known, entry };
  }

  async append(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      this.#waiting.push(chunk);
      this.#waitingBytes += chunk.length;
    }
    if (this.#waitingBytes >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, this.#written);
      at += bytesWritten;
      this.#written += bytesWritten;
    }
    this.#waitingBytes = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}
