import type { FastifyReply } from 'fastify';

import { onAbort } from '#engine/async/on-abort.ts';

export interface StreamAnswer {
  readonly contentType: string;
  /** The server's own end. */
  readonly closing: AbortSignal;
}

/** Makes what is sent; `signal` fires when nobody wants it any more. */
export type StreamSource = (signal: AbortSignal) => AsyncIterable<Uint8Array | string>;

/**
 * Answers with headers at once and a body as it comes. A source that fails cuts the connection: the client can tell
 * it from an end.
 */
export async function sendStream(reply: FastifyReply, answer: StreamAnswer, source: StreamSource): Promise<void> {
  const { raw } = reply;
  const leaving = new AbortController();
  const forget = onAbort(answer.closing, () => leaving.abort());
  raw.once('close', () => leaving.abort());
  const body = source(leaving.signal);
  const headers = reply.getHeaders();
  reply.hijack();
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': answer.contentType });
  raw.flushHeaders();
  try {
    for await (const chunk of body) {
      await writeOrDrain(reply, chunk);
      // Not every source looks at the signal.
      if (leaving.signal.aborted) break;
    }
    raw.end();
  } catch {
    if (leaving.signal.aborted) raw.end();
    else raw.destroy();
  } finally {
    forget();
  }
}

async function writeOrDrain({ raw }: FastifyReply, chunk: Uint8Array | string): Promise<void> {
  if (raw.destroyed || raw.write(chunk)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  raw.once('drain', resolve);
  raw.once('close', resolve);
  await promise;
  raw.off('drain', resolve);
  raw.off('close', resolve);
}

/** Fires when the client has gone before its answer. */
export function clientSignal(reply: FastifyReply, closing: AbortSignal): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, closing]);
}
