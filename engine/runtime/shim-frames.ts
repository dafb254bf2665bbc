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
