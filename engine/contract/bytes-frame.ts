import { EngineError } from './errors.ts';

/** Characters of one JSON frame towards the engine, at most. */
export const MAX_REQUEST_FRAME = 1024 * 1024;
/** Characters of one JSON frame from the engine, at most: a whole file preview, escaped, fits. */
export const MAX_ANSWER_FRAME = 4 * 1024 * 1024;
/** Bytes of payload in one binary frame, at most: above it WebSocket throughput falls again. */
export const MAX_CHUNK = 256 * 1024;
/** Bytes, and characters of items, that may be on their way in one direction of one stream without having been read. */
export const CREDIT_WINDOW = 512 * 1024;
/** Streams that one connection may have open at once. */
export const MAX_OPEN_STREAMS = 1000;

/** Bytes of one stream, with its number before them as four bytes, most significant first. */
export interface BytesFrame {
  readonly stream: number;
  readonly bytes: Uint8Array;
}

const HEADER = 4;

export function encodeBytesFrame({ stream: number, bytes }: BytesFrame): Uint8Array {
  const frame = new Uint8Array(HEADER + bytes.length);
  new DataView(frame.buffer).setUint32(0, number);
  frame.set(bytes, HEADER);
  return frame;
}

/** @throws EngineError `invalid-argument` for what isn't a frame. */
export function parseBytesFrame(frame: Uint8Array): BytesFrame {
  if (frame.length <= HEADER) throw notUnderstood('it carries no bytes');
  if (frame.length > HEADER + MAX_CHUNK) throw notUnderstood(`it carries more than ${MAX_CHUNK} bytes`);
  const number = new DataView(frame.buffer, frame.byteOffset).getUint32(0);
  if (number === 0) throw notUnderstood('streams are numbered from 1');
  return { stream: number, bytes: frame.subarray(HEADER) };
}

export function notUnderstood(why: string, options?: ErrorOptions): EngineError {
  return new EngineError('invalid-argument', `A frame was not understood: ${why}.`, options);
}
