import { once } from 'node:events';
import { get } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';

import { fastify } from 'fastify';
import { expect, test } from 'vitest';

import { sendStream } from './send-stream.ts';

test('a source that takes no notice of a client that left is not read on', async () => {
  const ended = Promise.withResolvers<void>();
  async function* endless(): AsyncGenerator<string> {
    try {
      for (let chunk = 0; chunk < 1_000_000; chunk += 1) {
        yield 'chunk';
        await turn();
      }
      ended.reject(new Error('read to its end'));
    } finally {
      ended.resolve();
    }
  }
  const server = fastify();
  const closing = new AbortController().signal;
  server.get('/', (_request, reply) => sendStream(reply, { contentType: 'text/plain', closing }, endless));
  await using _closing = { [Symbol.asyncDispose]: () => server.close() };
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  const request = get(url);
  request.on('error', () => undefined);
  await once(request, 'response');
  request.destroy();
  await ended.promise;
  expect(request.destroyed).toBe(true);
});
