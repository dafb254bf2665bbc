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

/** Lets parts of a place be read in any order; a part that isn't all in it is as much of it as is. */
export async function readFileAt<T>(
  { path, offset, size }: FilePlace,
  ask: (read: (at: number, length: number) => Promise<Buffer>) => Promise<T>,
): Promise<T> {
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  return await ask(async (at, length) => {
    const within = Math.max(0, Math.min(length, size - at));
    if (within === 0) return Buffer.alloc(0);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(within), 0, within, offset + at);
    return buffer.subarray(0, bytesRead);
  });
}
