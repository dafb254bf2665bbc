import type { z } from 'zod';

import type { Duplex, EngineClient, WireClient } from './client.ts';
import { EngineError } from './errors.ts';
import type { Answer, CallName, Down, DuplexName, Item, MethodName, Methods, Params, StreamName } from './methods.ts';

/** How a client comes by a method's shapes: at hand, or loaded while the engine is at work. */
export type FindMethod = <N extends MethodName>(name: N) => Methods[N] | Promise<Methods[N]>;

/**
 * Puts the method table's types on what carries the frames, and checks what comes back against it.
 *
 * An answer of another shape than promised is `internal`: client and engine are then of different versions.
 */
export function typedClient(wire: WireClient, find: FindMethod): EngineClient {
  return {
    async call<N extends CallName>(method: N, params: Params<N>, signal?: AbortSignal): Promise<Answer<N>> {
      const value = await wire.call(method, params, signal);
      return check<Answer<N>>((await find(method)).answer, value, method);
    },
    async *stream<N extends StreamName>(method: N, params: Params<N>, signal?: AbortSignal): AsyncGenerator<Item<N>> {
      for await (const value of wire.stream(method, params, signal)) {
        yield check<Item<N>>((await find(method)).item, value, method);
      }
    },
    duplex: (method, params, signal) => typedDuplex(wire, { method, params, find }, signal),
  };
}

function typedDuplex<N extends DuplexName>(
  wire: WireClient,
  { method, params, find }: { readonly method: N; readonly params: Params<N>; readonly find: FindMethod },
  signal: AbortSignal | undefined,
): Duplex<N> {
  const open = wire.duplex(method, params, signal);
  const answer = open.answer.then(async (value) => check<Answer<N>>((await find(method)).answer, value, method));
  // Whoever only reads the bytes learns of a failure there.
  answer.catch(() => undefined);
  return {
    bytes: open.bytes,
    messages: checked<Down<N>>(async () => (await find(method)).down, open.messages, method),
    write: (bytes) => open.write(bytes),
    send: (message) => open.send(message),
    end: () => open.end(),
    answer,
    close: () => open.close(),
  };
}

async function* checked<T>(
  shape: () => Promise<z.ZodType>,
  values: AsyncIterable<unknown>,
  method: MethodName,
): AsyncGenerator<T> {
  for await (const value of values) yield check<T>(await shape(), value, method);
}

/** @typeParam T what `shape` describes: TypeScript can't see it through a method that is itself a type parameter. */
function check<T>(shape: z.ZodType, value: unknown, method: MethodName): T {
  const parsed = shape.safeParse(value);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the shape has just been checked
  if (parsed.success) return parsed.data as T;
  throw new EngineError(
    'internal',
    `The engine answered ${method} in a shape that is not known here: update both to one version. (${wordsOf(parsed.error)})`,
    { cause: parsed.error },
  );
}

/** zod's own words for it would bring zod along, which a client has only once it has found a shape. */
function wordsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
}
