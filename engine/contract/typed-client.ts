import { z } from 'zod';

import type { Duplex, EngineClient, WireClient } from './client.ts';
import { EngineError } from './errors.ts';
import type { Answer, CallName, Down, DuplexName, Item, MethodName, Params, StreamName } from './methods.ts';
import { methods } from './methods.ts';

/**
 * Puts the method table's types on what carries the frames, and checks what comes back against it.
 *
 * An answer of another shape than promised is `internal`: client and engine are then of different versions.
 */
export function typedClient(wire: WireClient): EngineClient {
  return {
    async call<N extends CallName>(method: N, params: Params<N>, signal?: AbortSignal): Promise<Answer<N>> {
      const value = await wire.call(method, params, signal);
      return check<Answer<N>>(methods[method].answer, value, method);
    },
    async *stream<N extends StreamName>(method: N, params: Params<N>, signal?: AbortSignal): AsyncGenerator<Item<N>> {
      for await (const value of wire.stream(method, params, signal)) {
        yield check<Item<N>>(methods[method].item, value, method);
      }
    },
    duplex: (method, params, signal) => typedDuplex(wire, { method, params }, signal),
  };
}

function typedDuplex<N extends DuplexName>(
  wire: WireClient,
  { method, params }: { readonly method: N; readonly params: Params<N> },
  signal: AbortSignal | undefined,
): Duplex<N> {
  const open = wire.duplex(method, params, signal);
  const answer = open.answer.then((value) => check<Answer<N>>(methods[method].answer, value, method));
  // Whoever only reads the bytes learns of a failure there.
  answer.catch(() => undefined);
  return {
    bytes: open.bytes,
    messages: checked<Down<N>>(methods[method].down, open.messages, method),
    write: (bytes) => open.write(bytes),
    send: (message) => open.send(message),
    end: () => open.end(),
    answer,
    close: () => open.close(),
  };
}

async function* checked<T>(shape: z.ZodType, values: AsyncIterable<unknown>, method: MethodName): AsyncGenerator<T> {
  for await (const value of values) yield check<T>(shape, value, method);
}

/** @typeParam T what `shape` describes: TypeScript can't see it through a method that is itself a type parameter. */
function check<T>(shape: z.ZodType, value: unknown, method: MethodName): T {
  const parsed = shape.safeParse(value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape has just been checked
  if (parsed.success) return parsed.data as T;
  throw new EngineError(
    'internal',
    `The engine answered ${method} in a shape that is not known here: update both to one version. (${z.prettifyError(parsed.error)})`,
    { cause: parsed.error },
  );
}
