import { once } from 'node:events';
import { createServer as createRawServer } from 'node:net';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { afterEach, expect, test } from 'vitest';

import { makeImageOf } from '#engine/testing/image-fixture.ts';

import type { RemoteRepository } from './registry-client.ts';
import { bytesOf, repositoryAt } from './testing/asking.ts';

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one[Symbol.asyncDispose]();
});

const image = await makeImageOf(1);
const { descriptor } = image.config;
const secret = { kind: 'password', username: 'ann', password: 'correct horse' } as const;
const authorised = `Basic ${Buffer.from('ann:correct horse').toString('base64')}`;

interface Seen {
  readonly host: string;
  readonly requests: IncomingMessage[];
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Seen> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
  const address = server.address();
  return { host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, requests };
}

/** A registry that sends its user elsewhere, or whoever comes. */
function sendingTo(
  elsewhere: Seen,
  { status, isAsking }: { readonly status: number; readonly isAsking: boolean },
): Promise<Seen> {
  return serve(({ headers, url = '' }, response) => {
    if (isAsking && headers.authorization !== authorised) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' }).end();
    } else response.writeHead(status, { location: `http://${elsewhere.host}${url}` }).end();
  });
}

const asking: readonly (readonly [string, number, (at: RemoteRepository) => Promise<unknown>])[] = [
  ['a manifest', 307, (at) => at.document('1')],
  ['a blob', 302, (at) => bytesOf(at.blob(descriptor))],
  ['tags', 301, (at) => at.tags()],
  [
    'an upload',
    307,
    (at) =>
      at.upload({
        descriptor,
        open: async function* () {
          yield image.config.bytes;
        },
      }),
  ],
  // Accepted, and to be sent to another host.
  [
    'the bytes of an upload',
    202,
    (at) =>
      at.upload({
        descriptor,
        open: async function* () {
          yield image.config.bytes;
        },
      }),
  ],
];

test.each(asking)(
  'who is sent elsewhere for %s shows no password there, also when asked for it',
  async (_, status, ask) => {
    const elsewhere = await serve((request, response) => {
      const realm = `http://${request.headers.host ?? ''}/token`;
      const challenge = `Basic realm="registry", Bearer realm="${realm}",service="registry"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end('{"token":"x"}');
    });
    for (const isAsking of [true, false]) {
      const registry = await sendingTo(elsewhere, { status, isAsking });
      const repository = repositoryAt(registry.host, 'team/app:1', { credentials: secret });
      await expect(ask(repository)).rejects.toMatchObject({ name: 'EngineError' });
    }
    expect(elsewhere.requests.length).toBeGreaterThan(0);
    for (const { headers, url } of elsewhere.requests) {
      expect([headers.authorization, url]).toEqual([undefined, expect.not.stringContaining('/token')]);
    }
  },
);

test.each<[string, string, (at: RemoteRepository) => Promise<unknown>]>([
  ['a manifest', 'too-large', (at) => at.document('1')],
  ['tags', 'corrupt', (at) => at.tags()],
  ['a blob', 'corrupt', (at) => bytesOf(at.blob(descriptor))],
])('%s without end is left soon', async (_, code, ask) => {
  const { promise: left, resolve } = Promise.withResolvers<number>();
  const registry = await serve((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    let sent = 0;
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, ' '))) sent += 65_536;
    };
    response.on('drain', more).on('close', () => resolve(sent));
    more();
  });
  await expect(ask(repositoryAt(registry.host, 'team/app:1'))).rejects.toMatchObject({ code });
  // What the kernel holds on its way comes on top of the limit.
  expect(await left).toBeLessThan(32 * 1024 * 1024);
});

const start = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';
test.each([
  ['promises more than it sends', `${start}content-length: 9000\r\n\r\n{"schemaVersion":2}`],
  ['has a length that is none', `${start}content-length: -7\r\n\r\n{}`],
  ['has two lengths', `${start}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`],
  ['has a chunk that is none', `${start}transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
  ['has a header without end', `${start}x: ${'a'.repeat(200_000)}`],
  ['is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
])('an answer that %s ends in a sentence', async (_, answer) => {
  const server = createRawServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.end(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({ [Symbol.asyncDispose]: async () => void (await new Promise((done) => server.close(done))) });
  const address = server.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const asked = repositoryAt(host, 'team/app:1').document('1');
  await expect(asked).rejects.toMatchObject({ name: 'EngineError', code: 'unavailable' });
  await expect(asked).rejects.toThrow(`The registry ${host} can't be reached`);
});
