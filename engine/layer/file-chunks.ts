import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

import type { FilePlace } from './layer-store.ts';

/** Large enough that a system call per chunk costs nothing beside hashing the chunk. */
const CHUNK_BYTES = 1024 * 1024;

/** The bytes of a place on the disk; a file that ends before it does ends the chunks. */
export async function* fileChunks({ path, offset, size }: FilePlace): AsyncGenerator<Uint8Array> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  for (let at = 0; at < size;) {
    const length = Math.min(CHUNK_BYTES, size - at);
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(length), 0, length, offset + at);
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
