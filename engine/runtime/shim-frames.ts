import type { Socket } from 'node:net';

/** A frame between engine and shim: u8 type, u32 length (little-endian), payload (engine/launcher/README.md). */
export interface ShimFrame {
  readonly type: string;
  readonly payload: Buffer;
}

const HEADER = 5;

export function encodeFrame(type: string, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const frame = Buffer.alloc(HEADER + payload.length);
  frame.write(type, 0, 'latin1');
  frame.writeUInt32LE(payload.length, 1);
  frame.set(payload, HEADER);
  return frame;
}

function endOfFirst(bytes: Buffer): number {
  return bytes.length < HEADER ? Infinity : HEADER + bytes.readUInt32LE(1);
}

/** Whose payload is passed on as it comes: `O` output, `e` errors. */
const streamed = new Set(['O', 'e']);

/**
 * Cuts bytes into frames. Of output frames each piece that has come is a frame of its own, which shares its bytes with
 * what was cut; others are whole.
 */
export class FrameCutter {
  readonly #header = Buffer.alloc(HEADER);
  /** How much of the header there is. */
  #headed = 0;
  /** Of the payload still to come. */
  #left = 0;
  #parts: Buffer[] = [];

  cut(bytes: Buffer): readonly ShimFrame[] {
    const frames: ShimFrame[] = [];
    for (let rest = bytes; rest.length > 0;) {
      rest = this.#headed < HEADER ? this.#takeHeader(rest) : rest;
      if (this.#headed < HEADER) break;
      const piece = rest.subarray(0, this.#left);
      rest = rest.subarray(piece.length);
      this.#left -= piece.length;
      frames.push(...this.#framesOf(piece));
      if (this.#left === 0) this.#headed = 0;
    }
    return frames;
  }

  #takeHeader(bytes: Buffer): Buffer {
    const taken = bytes.copy(this.#header, this.#headed, 0, HEADER - this.#headed);
    this.#headed += taken;
    if (this.#headed === HEADER) this.#left = this.#header.readUInt32LE(1);
    return bytes.subarray(taken);
  }

  #framesOf(piece: Buffer): readonly ShimFrame[] {
    const type = this.#header.toString('latin1', 0, 1);
    if (streamed.has(type)) return piece.length === 0 ? [] : [{ type, payload: piece }];
    this.#parts.push(Buffer.from(piece));
    if (this.#left > 0) return [];
    const payload = Buffer.concat(this.#parts);
    this.#parts = [];
    return [{ type, payload }];
  }
}

/** The frames that arrive, until the other side closes; a lost connection ends it as a closed one does. */
export async function* readFrames(socket: Socket): AsyncGenerator<ShimFrame> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      if (!Buffer.isBuffer(chunk)) continue;
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      for (let end = endOfFirst(rest); end <= rest.length; end = endOfFirst(rest)) {
        yield { type: rest.toString('latin1', 0, 1), payload: rest.subarray(HEADER, end) };
        rest = rest.subarray(end);
      }
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
