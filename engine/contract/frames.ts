import { z } from 'zod';

import { EngineError, errorCodes } from './errors.ts';

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

const stream = z.int().min(1).max(0xffffffff);

const requestFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), stream, method: z.string(), params: z.unknown() }),
  z.object({ type: z.literal('send'), stream, message: z.unknown() }),
  z.object({ type: z.literal('end'), stream }),
  z.object({ type: z.literal('cancel'), stream }),
  z.object({ type: z.literal('credit'), stream, amount: z.int().min(1) }),
]);

const answerFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('result'), stream, value: z.unknown() }),
  z.object({ type: z.literal('error'), stream, code: z.enum(errorCodes), message: z.string() }),
  z.object({ type: z.literal('items'), stream, items: z.array(z.unknown()) }),
  z.object({ type: z.literal('send'), stream, message: z.unknown() }),
  z.object({ type: z.literal('credit'), stream, amount: z.int().min(1) }),
]);

/**
 * A JSON frame towards the engine. `open` asks; its stream number is higher than any before it on the connection.
 * `credit` allows the engine that many more bytes and characters of items, beyond the window every stream opens with.
 */
export type RequestFrame = z.infer<typeof requestFrame>;

/** A JSON frame from the engine. `result` and `error` are the last of their stream. */
export type AnswerFrame = z.infer<typeof answerFrame>;

/** @throws EngineError `invalid-argument` for what isn't a frame. */
export function parseRequestFrame(text: string): RequestFrame {
  return parseFrame(requestFrame, text, MAX_REQUEST_FRAME);
}

/** @throws EngineError `invalid-argument` for what isn't a frame. */
export function parseAnswerFrame(text: string): AnswerFrame {
  return parseFrame(answerFrame, text, MAX_ANSWER_FRAME);
}

function parseFrame<S extends z.ZodType>(shape: S, text: string, limit: number): z.infer<S> {
  if (text.length > limit) throw notUnderstood(`it has ${text.length} characters, the limit is ${limit}`);
  const parsed = shape.safeParse(parseJson(text));
  if (!parsed.success) throw notUnderstood(z.prettifyError(parsed.error));
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notUnderstood('it is not JSON', { cause });
  }
}

function notUnderstood(why: string, options?: ErrorOptions): EngineError {
  return new EngineError('invalid-argument', `A frame was not understood: ${why}.`, options);
}

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
