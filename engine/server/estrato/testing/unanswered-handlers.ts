import type { Handlers } from '#engine/server/estrato/handler.ts';

type Some = { readonly [K in keyof Handlers]?: Partial<Handlers[K]> };

/** Handlers of a few methods; asking for any other fails the test through the server's own `internal`. */
export function unansweredHandlers(some: Some): Handlers {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the ones that are missing are what it is for
  return { calls: some.calls ?? {}, streams: some.streams ?? {}, duplexes: some.duplexes ?? {} } as Handlers;
}
