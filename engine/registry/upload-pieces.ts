import { Buffer } from 'node:buffer';
import type { Hash } from 'node:crypto';

import { readAhead } from '#engine/async/read-ahead.ts';

import type { UploadSource } from './registry-client.ts';

/** A part of a blob that can be sent again, from any byte in it on. */
export interface Piece {
  readonly start: number;
  /** The byte after its last. */
  readonly end: number;
  open(offset: number): AsyncIterable<Uint8Array>;
}

/** Held in memory while it is sent, because what made it goes on meanwhile. */
const PIECE_BYTES = 8 * 1024 * 1024;

/** Stored bytes are one piece; those that are made on their way come in pieces, and go into `hash`. */
export async function* piecesOf(source: UploadSource, hash: Hash): AsyncGenerator<Piece> {
  const { descriptor } = source;
  if (descriptor !== undefined) {
    yield { start: 0, end: descriptor.size, open: (offset) => skipping(source.open(), offset) };
    return;
  }
  let start = 0;
  // The next one is made while the last is sent.
  for await (const bytes of readAhead(inPieces(source.open()))) {
    hash.update(bytes);
    const from = start;
    yield {
      start: from,
      end: from + bytes.length,
      async *open(offset) {
        yield bytes.subarray(offset - from);
      },
    };
    start += bytes.length;
  }
}

async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    held.push(chunk);
    size += chunk.byteLength;
    if (size < PIECE_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(held);
}

async function* skipping(source: AsyncIterable<Uint8Array>, offset: number): AsyncGenerator<Uint8Array> {
  let skip = offset;
  for await (const chunk of source) {
    if (skip >= chunk.byteLength) skip -= chunk.byteLength;
    else {
      yield skip === 0 ? chunk : chunk.subarray(skip);
      skip = 0;
    }
  }
}
