import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

import { expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { openSocketTransport } from './socket-transport.ts';

interface Scene extends AsyncDisposable {
  readonly path: string;
}

async function listening(server: Server): Promise<Scene> {
  const dir = await temporaryDirectory('socket-transport');
  const path = join(dir.path, 'a place with spaces.sock');
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await dir[Symbol.asyncDispose]();
    },
  };
}

/** A real server's side of the connection, to do as it likes. */
async function engine(serve: (socket: WebSocket) => void): Promise<Scene> {
  const http = createHttpServer();
  new WebSocketServer({ server: http, path: '/estrato/v1/rpc' }).on('connection', serve);
  return listening(http);
}

/** Whoever answers without being a WebSocket. */
function stranger(answer: (socket: Socket) => void): Promise<Scene> {
  return listening(createServer((socket) => socket.on('error', () => undefined).once('data', () => answer(socket))));
}

test('messages of every length go and come whole, as text and as bytes', async () => {
  await using scene = await engine((socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const transport = await openSocketTransport(scene.path);
  const lengths = [0, 1, 125, 126, 127, 65_535, 65_536, 3_000_000];
  const sent = lengths.flatMap((length) => ['é'.repeat(length), new Uint8Array(length).fill(length % 251)]);
  const { promise, resolve } = Promise.withResolvers<(string | Uint8Array)[]>();
  const heard: (string | Uint8Array)[] = [];
  transport.onFrame((frame) => {
    heard.push(frame);
    if (heard.length === sent.length) resolve(heard);
  });
  for (const each of sent) transport.send(each);
  const came = await promise;
  expect(came.map((each) => (typeof each === 'string' ? each : [...each].length))).toEqual(
    sent.map((each) => (typeof each === 'string' ? each : each.length)),
  );
  expect(came.every((each, at) => typeof each === typeof sent[at])).toBe(true);
  transport.close('done');
});

test('a message in pieces is one, and who asks whether somebody is there is answered', async () => {
  const { promise: ponged, resolve } = Promise.withResolvers<string>();
  await using scene = await engine((socket) => {
    socket.send('one ', { fin: false });
    socket.ping('still there?');
    socket.on('pong', (data) => {
      resolve(data.toString());
      socket.send('two', { fin: true });
    });
  });
  const transport = await openSocketTransport(scene.path);
  const frame = await new Promise((heard) => transport.onFrame(heard));
  expect(frame).toBe('one two');
  expect(await ponged).toBe('still there?');
  transport.close('done');
});

test('both sides say why they leave, and nothing that was sent before is lost', async () => {
  const { promise: left, resolve } = Promise.withResolvers<string>();
  await using scene = await engine((socket) => {
    socket.on('message', () => socket.close(1001, 'that was the last word'));
    socket.on('close', (code, reason) => resolve(`${code} ${reason.toString()}`));
  });
  const told = await openSocketTransport(scene.path);
  const reason = new Promise((heard) => told.onClose(heard));
  told.onFrame(() => undefined);
  told.send('a word');
  expect(await reason).toBe('that was the last word');
  expect(await left).toBe('1001 ');
  const { promise: leftAgain, resolve: resolveAgain } = Promise.withResolvers<string>();
  await using other = await engine((socket) => {
    socket.on('close', (code, words) => resolveAgain(`${code} ${words.toString()}`));
  });
  const leaving = await openSocketTransport(other.path);
  leaving.close('I have what I wanted');
  expect(await leftAgain).toBe('1000 I have what I wanted');
});

test('a connection that breaks is told, whatever comes instead of frames', async () => {
  const accept = 'HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n';
  const endings = [
    [Buffer.alloc(0), 'the socket closed with code 1006'],
    [Buffer.of(0x81, 0xff), 'a frame with extensions or a mask, which no engine sends'],
    [Buffer.of(0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0), 'a frame of 1099511627776 bytes'],
  ] as const;
  for (const [bytes, words] of endings) {
    await using scene = await stranger((socket) => socket.end(Buffer.concat([Buffer.from(accept), bytes])));
    const transport = await openSocketTransport(scene.path);
    const reason = new Promise((heard) => transport.onClose(heard));
    transport.onFrame(() => undefined);
    expect(await reason).toBe(words);
  }
});

test.each([
  ['HTTP/1.1 503 Service Unavailable\r\n\r\n', 'it answers HTTP/1.1 503 Service Unavailable'],
  ['HTTP/1.1 101 Switching\r\nSec-WebSocket-Accept: of another key\r\n\r\n', 'it answers HTTP/1.1 101 Switching'],
  ['x'.repeat(20_000), 'it answers '],
  ['', 'it hung up'],
])('who is no engine is told apart: %j', async (answer, words) => {
  await using scene = await stranger((socket) => socket.end(answer));
  await expect(openSocketTransport(scene.path)).rejects.toMatchObject({
    code: 'unavailable',
    message: `No engine answers at ${scene.path}: ${words}.`,
  });
});

test('where nobody listens, that is said', async () => {
  await using dir = await temporaryDirectory('socket-transport');
  await expect(openSocketTransport(join(dir.path, 'none.sock'))).rejects.toMatchObject({ code: 'unavailable' });
});
