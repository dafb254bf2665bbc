import { EngineError } from '#engine/contract/errors.ts';

/** Bytes of one message: as many as BuildKit's own ends take. */
const LIMIT = 16 * 1024 * 1024;
/** A letter that says whether what follows is compressed, and its length. */
const PREFIX = 5;

/** A message as it goes over gRPC (github.com/grpc/grpc, `PROTOCOL-HTTP2.md`, "Length-Prefixed-Message"). */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(PREFIX + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX);
  return frame;
}

/** The messages in what comes over one call. @throws EngineError `invalid-argument` for what is no message of ours. */
export async function* messagesIn(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const held = new HeldBytes();
  for await (const bytes of source) {
    held.add(bytes);
    for (let message = next(held); message !== undefined; message = next(held)) yield message;
  }
  if (held.length > 0) throw new EngineError('invalid-argument', 'A message of the client is cut off.');
}

function next(held: HeldBytes): Buffer | undefined {
  if (held.length < PREFIX) return undefined;
  const prefix = held.peek(PREFIX);
  if (prefix[0] !== 0)
    throw new EngineError('invalid-argument', 'The client compresses messages without being asked to.');
  const length = prefix.readUInt32BE(1);
  if (length > LIMIT) throw new EngineError('too-large', 'A message of the client is larger than 16 MiB.');
  if (held.length < PREFIX + length) return undefined;
  return held.take(PREFIX + length).subarray(PREFIX);
}

/** Chunks that are joined only when a whole message is there. */
class HeldBytes {
  #chunks: Uint8Array[] = [];
  length = 0;

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.length += bytes.length;
  }

  peek(length: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= length) return Buffer.from(first.buffer, first.byteOffset, first.length);
    return this.#joined();
  }

  take(length: number): Buffer {
    const all = this.peek(length);
    this.length -= length;
    if (all.length > length) this.#chunks[0] = all.subarray(length);
    else this.#chunks.shift();
    return all.subarray(0, length);
  }

  #joined(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
