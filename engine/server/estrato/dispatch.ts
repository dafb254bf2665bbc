import { z } from 'zod';

import { batches } from '#engine/async/batches.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { CallName, DuplexName, MethodName, Params, StreamName, Up } from '#engine/contract/methods.ts';
import { methods } from '#engine/contract/methods.ts';

import type { Handlers } from './handler.ts';
import type { ServedStream } from './served-stream.ts';

/** Characters of items that travel together, about. */
const ITEMS_BATCH = 64 * 1024;

/**
 * Checks a question against the method table, has its handler answer it, and says the answer.
 *
 * @throws EngineError when there is no such method, the parameters have another shape, or the handler fails.
 */
export async function dispatch(
  handlers: Handlers,
  stream: ServedStream,
  question: { readonly method: string; readonly params: unknown },
): Promise<void> {
  const { method, params } = question;
  if (isCall(method)) return stream.answer(await runCall(handlers, { method, params }, stream));
  if (isStream(method)) return runStream(handlers, { method, params }, stream);
  if (isDuplex(method)) return stream.answer(await runDuplex(handlers, { method, params }, stream));
  throw new EngineError('unsupported', `This engine has no method ${JSON.stringify(method).slice(0, 100)}.`);
}

interface Question<N extends MethodName> {
  readonly method: N;
  readonly params: unknown;
}

async function runCall<N extends CallName>(
  handlers: Handlers,
  { method, params }: Question<N>,
  stream: ServedStream,
): Promise<unknown> {
  return handlers.calls[method](checkParams(method, params), stream.signal);
}

async function runStream<N extends StreamName>(
  handlers: Handlers,
  { method, params }: Question<N>,
  stream: ServedStream,
): Promise<void> {
  const items = handlers.streams[method](checkParams(method, params), stream.signal);
  for await (const batch of batches(asJson(items), { size: ITEMS_BATCH, sizeOf: (item) => item.length })) {
    await stream.sendItems(batch);
  }
  await stream.answer(null);
}

async function runDuplex<N extends DuplexName>(
  handlers: Handlers,
  { method, params }: Question<N>,
  stream: ServedStream,
): Promise<unknown> {
  const peer = {
    bytes: stream.bytes,
    messages: checkedMessages(method, stream.messages),
    write: (bytes: Uint8Array) => stream.write(bytes),
    send: (message: unknown) => stream.sendMessage(message),
  };
  return handlers.duplexes[method](checkParams(method, params), peer, stream.signal);
}

async function* asJson(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const item of items) yield JSON.stringify(item);
}

async function* checkedMessages<N extends DuplexName>(
  method: N,
  messages: AsyncIterable<unknown>,
): AsyncGenerator<Up<N>> {
  for await (const message of messages) yield check<Up<N>>(methods[method].up, message, method);
}

function checkParams<N extends MethodName>(method: N, params: unknown): Params<N> {
  return check<Params<N>>(methods[method].params, params, method);
}

/** @typeParam T what `shape` describes: TypeScript can't see it through a method that is itself a type parameter. */
function check<T>(shape: z.ZodType, value: unknown, method: MethodName): T {
  const parsed = shape.safeParse(value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape has just been checked
  if (parsed.success) return parsed.data as T;
  throw new EngineError('invalid-argument', `${method} was asked wrongly: ${z.prettifyError(parsed.error)}`);
}

function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

function isCall(name: string): name is CallName {
  return isMethod(name) && methods[name].kind === 'call';
}

function isStream(name: string): name is StreamName {
  return isMethod(name) && methods[name].kind === 'stream';
}

function isDuplex(name: string): name is DuplexName {
  return isMethod(name) && methods[name].kind === 'duplex';
}
