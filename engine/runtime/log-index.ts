import type { FileHandle } from 'node:fs/promises';

const RECORD_BYTES = 16;

/** Of records that stand for no output (engine/launcher/log.h). */
const LOST = 253;
const SEGMENT = 254;
const END = 255;

const BLOCK = 64 * 1024;

export interface LogRecord {
  /** Unix milliseconds. */
  readonly time: number;
  readonly stream: 'stdout' | 'stderr';
  /** Of its bytes in the segment. */
  readonly from: number;
  readonly to: number;
  /** Bytes that came before it and were never written, because the disk was too slow. */
  readonly lostBytes?: number;
}

/** What the first record of an index says: how many bytes of the log stand before it. Undefined where it isn't there. */
export async function readBefore(file: FileHandle): Promise<number | undefined> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(RECORD_BYTES), 0, RECORD_BYTES, 0);
  return bytesRead === RECORD_BYTES && buffer.readUInt8(12) === SEGMENT ? Number(buffer.readBigUInt64LE(0)) : undefined;
}

/** Reads a segment's index as it grows. */
export class LogIndex {
  readonly #file: FileHandle;
  readonly #limit: number;
  #at = 0;
  #bytesAt = 0;
  #hasEnded = false;
  #lostBytes = 0;

  /** @param limit of bytes of the index: what comes after that isn't read. */
  constructor(file: FileHandle, limit = Infinity) {
    this.#file = file;
    this.#limit = limit;
  }

  /** The last record says that nothing more comes. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How many bytes of the segment have been passed on. */
  get length(): number {
    return this.#bytesAt;
  }

  /** The whole records that there are by now, as many at a time as one look finds. */
  async *rest(): AsyncGenerator<readonly LogRecord[]> {
    const block = Buffer.alloc(BLOCK);
    for (;;) {
      const wanted = Math.min(BLOCK, this.#limit - this.#at);
      const { bytesRead } = await this.#file.read(block, 0, wanted, this.#at);
      const count = Math.floor(bytesRead / RECORD_BYTES);
      if (count === 0) return;
      this.#at += count * RECORD_BYTES;
      yield Array.from({ length: count }, (_, place) => this.#take(block, place * RECORD_BYTES)).filter(
        (record) => record !== undefined,
      );
    }
  }

  #take(block: Buffer, at: number): LogRecord | undefined {
    const stream = block.readUInt8(at + 12);
    this.#hasEnded = stream === END;
    const from = this.#bytesAt;
    this.#bytesAt += block.readUInt32LE(at + 8);
    const number = Number(block.readBigUInt64LE(at));
    if (stream === LOST) this.#lostBytes += number;
    if (stream !== 1 && stream !== 2) return undefined;
    const lost = this.#lostBytes === 0 ? {} : { lostBytes: this.#lostBytes };
    this.#lostBytes = 0;
    return { time: number / 1000, stream: stream === 2 ? 'stderr' : 'stdout', from, to: this.#bytesAt, ...lost };
  }
}
