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

/** The frames that arrive, until the other side closes; a lost connection ends it as a closed one does. */
export async function* readFrames(socket: Socket): AsyncGenerator<ShimFrame> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      if (!Buffer.isBuffer(chunk)) continue;
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      while (rest.length - at >= HEADER) {
        const end = at + HEADER + rest.readUInt32LE(at + 1);
        if (end > rest.length) break;
        yield { type: rest.toString('latin1', at, at + 1), payload: rest.subarray(at + HEADER, end) };
        at = end;
      }
      rest = rest.subarray(at);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
