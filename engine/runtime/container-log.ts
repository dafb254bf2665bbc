import { watch } from 'node:fs';
import { access, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { LogChunk } from './runtime.ts';

const RECORD = 16;
const END = 255;
const BLOCK = 64 * 1024;

interface LogRecord {
  /** Unix milliseconds. */
  readonly time: number;
  readonly stream: number;
  /** Of its bytes in `log`. */
  readonly from: number;
  readonly to: number;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly tailLines?: number;
  readonly signal?: AbortSignal;
}

/** The log of a bundle, as the shim writes it (engine/launcher/log.h). A bundle that never started has an empty one. */
export async function* readContainerLog(bundle: string, options: LogOptions): AsyncGenerator<LogChunk> {
  await using bytes = await openIfThere(join(bundle, 'log'));
  await using index = await openIfThere(join(bundle, 'log.index'));
  if (bytes === undefined || index === undefined) return;
  const reader = new IndexReader(index);
  const start = options.tailLines === undefined ? 0 : await startOfTail(bytes, options.tailLines);
  await using news = options.follow ? new Growth(bundle, options.signal) : undefined;
  do {
    for await (const record of reader.rest()) {
      if (options.signal?.aborted === true) return;
      if (record.to > Math.max(record.from, start)) yield await chunkOf(bytes, record, start);
    }
  } while (!reader.hasEnded && (await news?.next()) === true);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  return open(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function chunkOf(bytes: FileHandle, { time, stream, from, to }: LogRecord, start: number): Promise<LogChunk> {
  const first = Math.max(from, start);
  const buffer = Buffer.alloc(to - first);
  await bytes.read(buffer, 0, buffer.length, first);
  return { stream: stream === 2 ? 'stderr' : 'stdout', bytes: buffer, time };
}

class IndexReader {
  readonly #file: FileHandle;
  #at = 0;
  #bytesAt = 0;
  /** What the last record says. */
  hasEnded = false;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** The whole records that there are by now. */
  async *rest(): AsyncGenerator<LogRecord> {
    for (let block = await this.#block(); block.length > 0; block = await this.#block()) {
      for (const record of block) {
        this.hasEnded = record.stream === END;
        yield record;
      }
    }
  }

  async #block(): Promise<readonly LogRecord[]> {
    const block = Buffer.alloc(BLOCK);
    const { bytesRead } = await this.#file.read(block, 0, BLOCK, this.#at);
    const count = Math.floor(bytesRead / RECORD);
    this.#at += count * RECORD;
    return Array.from({ length: count }, (_, place) => this.#record(block.subarray(place * RECORD)));
  }

  #record(bytes: Buffer): LogRecord {
    const from = this.#bytesAt;
    this.#bytesAt += bytes.readUInt32LE(8);
    return {
      time: Number(bytes.readBigUInt64LE(0)) / 1000,
      stream: bytes.readUInt8(12),
      from,
      to: this.#bytesAt,
    };
  }
}

/** Where the last `lines` lines begin: read from the end. */
async function startOfTail(bytes: FileHandle, lines: number): Promise<number> {
  const { size } = await bytes.stat();
  if (lines === 0) return size;
  let found = 0;
  for (let end = size; end > 0; end -= BLOCK) {
    const from = Math.max(0, end - BLOCK);
    const block = Buffer.alloc(end - from);
    await bytes.read(block, 0, block.length, from);
    for (let at = block.length - 1; at >= 0; at -= 1) {
      // The last line's own end doesn't begin another line.
      if (block[at] !== 0x0a || from + at === size - 1) continue;
      found += 1;
      if (found === lines) return from + at + 1;
    }
  }
  return 0;
}

/** What happens in the directory of a container that runs. */
class Growth implements AsyncDisposable {
  readonly #bundle: string;
  readonly #watcher: ReturnType<typeof watch>;
  readonly #signal: AbortSignal | undefined;
  #isNew = true;
  #isLast = false;
  #wake: () => void = () => undefined;

  constructor(bundle: string, signal: AbortSignal | undefined) {
    this.#bundle = bundle;
    this.#signal = signal;
    this.#watcher = watch(bundle, () => this.#tell());
    this.#watcher.on('error', () => this.#tell());
    signal?.addEventListener('abort', this.#tell, { once: true });
  }

  /** Resolves when something has been written. @returns false when nothing more will be. */
  async next(): Promise<boolean> {
    if (this.#signal?.aborted === true || this.#isLast) return false;
    if (!this.#isNew) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    this.#isNew = false;
    // A shim that was killed has written no end; what it has written is still to be read.
    this.#isLast = await isMissing(join(this.#bundle, 'shim.sock'));
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#tell);
    this.#watcher.close();
    await Promise.resolve();
  }

  readonly #tell = (): void => {
    this.#isNew = true;
    this.#wake();
  };
}

async function isMissing(path: string): Promise<boolean> {
  return access(path).then(
    () => false,
    () => true,
  );
}
