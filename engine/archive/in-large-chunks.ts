/** Each chunk is a turn of the event loop to write it and a call to hash it: of 64 KiB, a socket's, those are half of the work. */
const CHUNK_BYTES = 1024 * 1024;

/** The same bytes in chunks of a megabyte, in one buffer: each is valid until the next is asked for. */
export async function* inLargeChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.byteLength;) {
      const part = chunk.subarray(at, at + CHUNK_BYTES - filled);
      buffer.set(part, filled);
      filled += part.byteLength;
      at += part.byteLength;
      if (filled < CHUNK_BYTES) continue;
      yield buffer;
      filled = 0;
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
