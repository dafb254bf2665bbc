import type { Handlers } from '#engine/server/estrato/handler.ts';

type Some = { readonly [K in keyof Handlers]?: Partial<Handlers[K]> };

/** Handlers of a few methods; asking for any other fails the test through the server's own `internal`. */
export function unansweredHandlers(some: Some): Handlers {
  return { calls: some.calls ?? {}, streams: some.streams ?? {}, duplexes: some.duplexes ?? {} } as Handlers;
}
