import { onAbort } from '#engine/async/on-abort.ts';
import { Queue } from '#engine/async/queue.ts';

import type { EngineClient, WireClient, WireDuplex } from './client.ts';
import { EngineError } from './errors.ts';
import { methods } from './methods.ts';
import { typedClient } from './typed-client.ts';
import type { Outcome, WindowApi } from './window-api.ts';

/** The renderer's engine: `window.estrato` with the method table's types, async iterables and `EngineError`s again. */
export function adaptWindowApi(api: WindowApi): EngineClient {
  return typedClient(wireOverWindow(api), (method) => methods[method]);
}

function wireOverWindow(api: WindowApi): WireClient {
  return {
    async call(method, params, signal) {
      refuseCancelled(signal);
      const call = api.call(method, params);
      const forget = onAbort(signal, call.cancel);
      try {
        return valueOf(await call.answer);
      } finally {
        forget();
      }
    },
    stream: (method, params, signal) => streamOverWindow(api, { method, params }, signal),
    duplex: (method, params, signal) => duplexOverWindow(api, { method, params }, signal),
  };
}

interface Question {
  readonly method: string;
  readonly params: unknown;
}

/** Something that came through a listener, and what tells the other side that it was read. */
interface Delivery<T> {
  readonly value: T;
  readonly read: () => void;
}

function deliver<T>(queue: Queue<Delivery<T>>, value: T): Promise<void> {
  return new Promise((resolve) => {
    if (queue.isEnded) resolve();
    else queue.push({ value, read: resolve });
  });
}

function settle<T>(queue: Queue<T>, outcome: Outcome): void {
  if (outcome.ok) queue.end();
  else queue.fail(errorOf(outcome));
}

/** Acknowledges an item when the reader comes back for the next one, that is once it has dealt with it. */
async function* acknowledged<T>(queue: Queue<Delivery<T>>): AsyncGenerator<T> {
  try {
    for (let step = await queue.next(); step.done !== true; step = await queue.next()) {
      yield step.value.value;
      step.value.read();
    }
  } finally {
    queue.end();
    for (let left = queue.take(); left !== undefined; left = queue.take()) left.read();
  }
}

async function* streamOverWindow(
  api: WindowApi,
  { method, params }: Question,
  signal: AbortSignal | undefined,
): AsyncGenerator<unknown> {
  refuseCancelled(signal);
  const queue = new Queue<Delivery<unknown>>();
  const stream = api.stream(method, params, {
    item: (value) => deliver(queue, value),
    end: (outcome) => settle(queue, outcome),
  });
  const forget = onAbort(signal, stream.cancel);
  try {
    yield* acknowledged(queue);
  } finally {
    forget();
    stream.cancel();
  }
}

function duplexOverWindow(api: WindowApi, { method, params }: Question, signal: AbortSignal | undefined): WireDuplex {
  const bytes = new Queue<Delivery<Uint8Array>>();
  const messages = new Queue<unknown>();
  const { promise: answer, resolve, reject } = Promise.withResolvers<unknown>();
  answer.catch(() => undefined);
  const duplex = api.duplex(method, params, {
    bytes: (chunk) => deliver(bytes, chunk),
    bytesEnd: (outcome) => settle(bytes, outcome),
    message: (value) => messages.push(value),
    answer: (outcome) => {
      settle(messages, outcome);
      if (outcome.ok) resolve(outcome.value);
      else reject(errorOf(outcome));
    },
  });
  const forget = onAbort(signal, duplex.close);
  answer.then(forget, forget);
  return {
    bytes: acknowledged(bytes),
    messages,
    write: async (chunk) => {
      valueOf(await duplex.write(chunk));
    },
    send: (message) => duplex.send(message),
    end: () => duplex.end(),
    answer,
    close: () => duplex.close(),
  };
}

function refuseCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new EngineError('cancelled', 'Cancelled.');
}

function valueOf(outcome: Outcome): unknown {
  if (outcome.ok) return outcome.value;
  throw errorOf(outcome);
}

function errorOf(failure: Extract<Outcome, { ok: false }>): EngineError {
  return new EngineError(failure.code, failure.message);
}
