/**
 * The chunks of a source, each valid only until the next is asked for: then its memory goes back at once. Left to the
 * collector, a thread has a hundred megabytes of what it is through with before that looks.
 *
 * Only for a source that fills buffers of its own one after another and whose chunks nobody else holds.
 */
export async function* lent(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    yield chunk;
    giveBack(chunk);
  }
}

/** A buffer may have come in several chunks: the last of them ends where it does. */
function giveBack({ buffer, byteOffset, byteLength }: Uint8Array): void {
  const isLast = byteOffset + byteLength === buffer.byteLength;
  // Small buffers of Node's are pieces of a pool that others have pieces of too; none is more than half of it.
  const isPooled = buffer.byteLength === Buffer.poolSize && byteLength <= Buffer.poolSize / 2;
  if (isLast && !isPooled && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
