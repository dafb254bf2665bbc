import { decompressed } from '#engine/archive/decompress.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** Where `ustar` stands in a header (pax(1)). */
const MAGIC_AT = 257;
const HEADER_BYTES = 512;

/** Whether it is a tar, compressed or not. A damaged one is none: it is copied as it is. */
export async function isArchive(source: AsyncIterable<Uint8Array>): Promise<boolean> {
  try {
    let start = Buffer.alloc(0);
    for await (const bytes of decompressed(source)) {
      start = Buffer.concat([start, bytes]);
      if (start.length >= HEADER_BYTES) break;
    }
    return start.toString('latin1', MAGIC_AT, MAGIC_AT + 5) === 'ustar';
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}
