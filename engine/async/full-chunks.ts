/**
 * The same bytes in pieces of nearly one size: for a reader to whom a piece costs more than its bytes do.
 * Pieces at least that large go through as they are.
 *
 * @param size bytes.
 */
export async function* fullChunks(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(size);
  let filled = 0;
  for await (const piece of source) {
    if (filled > 0 && filled + piece.length > size) {
      yield chunk.subarray(0, filled);
      // The reader may hold on to what it was given.
      chunk = new Uint8Array(size);
      filled = 0;
    }
    if (piece.length >= size) {
      yield piece;
      continue;
    }
    chunk.set(piece, filled);
    filled += piece.length;
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}
