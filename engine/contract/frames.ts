import { z } from 'zod';

import { MAX_ANSWER_FRAME, MAX_REQUEST_FRAME, notUnderstood } from './bytes-frame.ts';
import { errorCodes } from './errors.ts';

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
