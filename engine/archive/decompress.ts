import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress, zstdDecompressSync } from 'node:zlib';

import { lent } from '#engine/async/lent.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';

import { Expansion, usualLimits, type ExpansionLimits } from './expansion-limits.ts';
import { ZstdFrameSplitter, type FramePiece } from './zstd-frames.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** With chunks of 16 KiB, zlib's default, gunzip takes nearly twice as long. */
const CHUNK_BYTES = 1024 * 1024;

/** Compressed. */
const SMALL_FRAME_BYTES = 256 * 1024;

const MAGIC_BYTES = 4;

export interface Decompression {
  readonly limits?: ExpansionLimits;
  /** Whether a chunk is valid only until the next is asked for (`lent`). */
  readonly lendsChunks?: boolean;
}

/** Told by the first four bytes (RFC 1952, section 2.3.1; RFC 8878, section 3.1.1), because media types lie. */
export function compressionOf(start: Uint8Array): Compression {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  const isZstd = start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd;
  // Skippable frames may come first: zstd:chunked begins with one.
  const isSkippable =
    start[0] !== undefined && (start[0] & 0xf0) === 0x50 && start[1] === 0x2a && start[2] === 0x4d && start[3] === 0x18;
  return isZstd || isSkippable ? 'zstd' : 'none';
}

/**
 * Asks the source for a chunk only once the one before is used up: a source may read into one buffer again and again.
 *
 * @throws EngineError `corrupt` when the stream is damaged, cut off, or followed by something else; `too-large` when more
 * comes out than the limits allow.
 */
export async function* decompressed(
  source: AsyncIterable<Uint8Array>,
  { limits = usualLimits(), lendsChunks = false }: Decompression = {},
): AsyncGenerator<Uint8Array> {
  const { start, rest } = await peek(source);
  const compression = compressionOf(start);
  if (compression === 'none') {
    yield* rest;
    return;
  }
  const expansion = new Expansion(limits);
  const packed = expansion.into(rest);
  const unpacked = expansion.outOf(
    compression === 'gzip' ? through('gzip', createGunzip({ chunkSize: CHUNK_BYTES }), packed) : unzstd(packed),
  );
  yield* lendsChunks ? lent(unpacked) : unpacked;
}

async function* through(
  compression: Compression,
  output: Transform,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  // A failure of the source is the source's to explain, not the decompressor's.
  let sourceFailure: EngineError | undefined;
  feed(source, output).catch((error: unknown) => {
    sourceFailure = toEngineError(error);
    output.destroy(sourceFailure);
  });
  try {
    for await (const chunk of output) if (chunk instanceof Uint8Array) yield chunk;
  } catch (error) {
    throw sourceFailure ?? damaged(compression, error);
  } finally {
    output.destroy();
  }
}

/** Each chunk waits until the last is used up, where a pipe would have a megabyte more of them read. */
async function feed(source: AsyncIterable<Uint8Array>, output: Transform): Promise<void> {
  // Of a stream that failed or was left, the chunk that it has is never taken.
  let leave: () => void = () => undefined;
  output.on('close', () => leave());
  for await (const chunk of source) {
    const isTaken = await new Promise<boolean>((resolve) => {
      leave = () => resolve(false);
      output.write(chunk, (error) => resolve(error === null || error === undefined));
    });
    if (!isTaken || output.destroyed) return;
  }
  output.end();
}

/** Each frame on its own. */
async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = framePieces(source);
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  try {
    for (let step = await pieces.next(); step.done !== true; step = await pieces.next()) {
      // Copied: the next piece may be of the next chunk, in the same buffer.
      held.push(Buffer.from(step.value.bytes));
      heldBytes += step.value.bytes.byteLength;
      if (!step.value.isLast && heldBytes < SMALL_FRAME_BYTES) continue;
      const rest = step.value.isLast ? undefined : pieces;
      yield* (
        (rest === undefined ? smallFrame(Buffer.concat(held)) : undefined) ??
        through('zstd', createZstdDecompress({ chunkSize: CHUNK_BYTES }), frameBytes(held, rest))
      );
      held = [];
      heldBytes = 0;
    }
  } finally {
    // Not awaited: it answers only after the chunk that it waits for, which may never come.
    void pieces.return().catch(() => undefined);
  }
}

async function* framePieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<FramePiece, void> {
  const splitter = new ZstdFrameSplitter();
  for await (const chunk of source) {
    yield* splitter.split(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  }
  if (splitter.isInside) throw new EngineError('corrupt', 'its zstd stream is cut off');
}

/** To the end of the frame that they begin, and no further. */
async function* frameBytes(
  held: readonly Uint8Array[],
  rest: AsyncGenerator<FramePiece, void> | undefined,
): AsyncGenerator<Uint8Array> {
  yield* held;
  for (let step = await rest?.next(); step !== undefined && step.done !== true; step = await rest?.next()) {
    yield step.value.bytes;
    if (step.value.isLast) return;
  }
}

/** At once, since a stream costs more than a small frame does. Undefined when it turns out big. */
function smallFrame(frame: Buffer): readonly Uint8Array[] | undefined {
  try {
    return [zstdDecompressSync(frame, { maxOutputLength: CHUNK_BYTES })];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw damaged('zstd', error);
  }
}

function damaged(compression: Compression, cause: unknown): EngineError {
  const { message } = toEngineError(cause);
  return new EngineError('corrupt', `its ${compression} stream is damaged or cut off (${message})`, { cause });
}

/** The first bytes, and a stream that has them still. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ start: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (length < MAGIC_BYTES) {
    const step = await iterator.next();
    if (step.done === true) break;
    length += step.value.byteLength;
    chunks.push(length < MAGIC_BYTES ? Buffer.from(step.value) : step.value);
  }
  async function* replay(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) yield step.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { start: Buffer.concat(chunks), rest: replay() };
}
