import { z } from 'zod';

import { terminalControl, terminalNotice } from './terminal.ts';

type Shape = z.ZodType;

/** One question, one answer. */
export interface CallMethod<P extends Shape, A extends Shape> {
  readonly kind: 'call';
  readonly params: P;
  readonly answer: A;
}

/** One question, many answers, until either side ends it. */
export interface StreamMethod<P extends Shape, I extends Shape> {
  readonly kind: 'stream';
  readonly params: P;
  readonly item: I;
}

/** Bytes both ways under credit, with typed messages beside them, and an answer at the end. */
export interface DuplexMethod<P extends Shape, U extends Shape, D extends Shape, A extends Shape> {
  readonly kind: 'duplex';
  readonly params: P;
  /** Messages towards the engine. */
  readonly up: U;
  /** Messages from the engine. */
  readonly down: D;
  readonly answer: A;
}

export function call<P extends Shape, A extends Shape>(params: P, answer: A): CallMethod<P, A> {
  return { kind: 'call', params, answer };
}

export function stream<P extends Shape, I extends Shape>(params: P, item: I): StreamMethod<P, I> {
  return { kind: 'stream', params, item };
}

export function duplex<P extends Shape, U extends Shape, D extends Shape, A extends Shape>(
  params: P,
  messages: { readonly up: U; readonly down: D },
  answer: A,
): DuplexMethod<P, U, D, A> {
  return { kind: 'duplex', params, ...messages, answer };
}

/** No parameters, or no answer beyond that it is done. */
export const nothing = z.object({});
/** The messages of a terminal, both ways. */
export const terminal = { up: terminalControl, down: terminalNotice };
export const exitCode = z.object({ exitCode: z.int() });
