import { EngineError } from '#engine/contract/errors.ts';

/* Frames of a WebSocket (RFC 6455, section 5), as far as a client of one's own needs them. */

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const FIN = 0x80;
const MASKED = 0x80;
const MASK_BYTES = 4;

export interface WebSocketFrame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
}

/**
 * A whole message, or a control frame, as a client sends it. What a mask is for are proxies (section 10.3), and there is
 * none on a unix socket: it is all zeros, so that the bytes stay as they are.
 */
export function encodeFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const lengthBytes = length < 126 ? 0 : length < 0x10000 ? 2 : 8;
  const header = 2 + lengthBytes + MASK_BYTES;
  const frame = Buffer.alloc(header + length);
  frame.writeUInt8(FIN | opcode, 0);
  frame.writeUInt8(MASKED | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127), 1);
  if (lengthBytes === 2) frame.writeUInt16BE(length, 2);
  if (lengthBytes === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.set(payload, header);
  return frame;
}

/** Takes a server's bytes as they come. */
export class FrameReader {
  readonly #mostBytes: number;
  #rest: Buffer = Buffer.alloc(0);
  /** Pieces of a frame whose length is known, which isn't put together before all are here. */
  readonly #pieces: Buffer[] = [];
  #wanted = 0;

  /** @param mostBytes of one frame's payload. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** @returns the frames that are whole by now. @throws EngineError `invalid-argument` for what is no frame of a server's. */
  add(bytes: Buffer): readonly WebSocketFrame[] {
    this.#pieces.push(bytes);
    this.#wanted -= bytes.length;
    if (this.#wanted > 0) return [];
    this.#rest = Buffer.concat([this.#rest, ...this.#pieces.splice(0)]);
    const frames: WebSocketFrame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): WebSocketFrame | undefined {
    const rest = this.#rest;
    const head = headOf(rest);
    if (head === undefined) return undefined;
    if (head.length > this.#mostBytes) throw new EngineError('invalid-argument', `a frame of ${head.length} bytes`);
    const end = head.start + head.length;
    this.#wanted = end - rest.length;
    if (rest.length < end) return undefined;
    this.#rest = rest.subarray(end);
    this.#wanted = 0;
    return { opcode: head.opcode, isLast: head.isLast, payload: rest.subarray(head.start, end) };
  }
}

interface Head extends Omit<WebSocketFrame, 'payload'> {
  /** Where the payload begins, and its bytes. */
  readonly start: number;
  readonly length: number;
}

/** Undefined while it is not all here. */
function headOf(bytes: Buffer): Head | undefined {
  if (bytes.length < 2) return undefined;
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)];
  if ((first & 0x70) !== 0 || (second & MASKED) !== 0)
    throw new EngineError('invalid-argument', 'a frame with extensions or a mask, which no engine sends');
  const short = second & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  return { opcode: first & 0x0f, isLast: (first & FIN) !== 0, start, length };
}
