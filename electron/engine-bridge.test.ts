import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';

import { openEngineSocket } from '#engine/client/engine-socket.ts';
import type { MessagePortLike } from '#engine/contract/message-port-transport.ts';

import { dialPort } from './dial-port.ts';
import type { MainPort } from './engine-bridge.ts';
import { bridgePort } from './engine-bridge.ts';

let dir = '';
let undo: AsyncDisposableStack;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato-bridge-'));
  undo = new AsyncDisposableStack();
});
afterEach(async () => {
  await undo.disposeAsync();
  await rm(dir, { recursive: true, force: true });
});

/** Node's own port with the events of Electron's, which wraps what arrives. */
function asMainPort(port: MessagePort): MainPort {
  return {
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
    on: (event: 'message' | 'close', listener: (event: { data: unknown }) => void) =>
      event === 'message'
        ? port.on('message', (data: unknown) => listener({ data }))
        : port.on('close', () => listener({ data: undefined })),
  };
}

/** Node's own port with the events of a page's. */
function asPagePort(port: MessagePort): MessagePortLike {
  return {
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
    addEventListener: (_, listener) => void port.on('message', (data: unknown) => listener({ data })),
  };
}

/** Something that speaks WebSocket at a socket, and whoever has connected to it. */
async function startEngine() {
  const socketPath = join(dir, 'engine.sock');
  const server = createServer();
  const connected = Promise.withResolvers<WebSocket>();
  new WebSocketServer({ server }).on('connection', (socket) => connected.resolve(socket));
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  undo.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return { socketPath, connected: connected.promise };
}

async function dialled() {
  const { socketPath, connected } = await startEngine();
  const { port1: page, port2: main } = new MessageChannel();
  undo.defer(() => page.close());
  const transport = await dialPort(asPagePort(page), () => {
    void bridgePort(asMainPort(main), () => openEngineSocket(socketPath));
  });
  const engine = await connected;
  undo.defer(() => engine.terminate());
  return { transport, engine, page };
}

test('frames arrive as they were sent, the first ones too', async () => {
  const { transport, engine } = await dialled();
  const there: unknown[] = [];
  const here: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const note = (list: unknown[], frame: unknown): void => {
    list.push(frame);
    if (here.length === 2 && there.length === 2) resolve();
  };
  engine.on('message', (data: Buffer, isBinary) => note(there, isBinary ? [...data] : data.toString()));
  transport.onFrame((frame) => note(here, typeof frame === 'string' ? frame : [...frame]));
  engine.send('{"not looked at');
  engine.send(Buffer.from([1, 2, 3]));
  transport.send('é');
  transport.send(Uint8Array.of(4, 5, 6).subarray(1));
  await promise;
  expect(here).toEqual(['{"not looked at', [1, 2, 3]]);
  expect(there).toEqual(['é', [5, 6]]);
});

test('a small frame takes no more along than itself', async () => {
  const { transport, engine } = await dialled();
  const arrived = new Promise<Uint8Array>((resolve) => {
    transport.onFrame((frame) => {
      if (typeof frame !== 'string') resolve(frame);
    });
  });
  engine.send(Buffer.from([1]));
  expect((await arrived).buffer.byteLength).toBe(1);
});

test('the reason for which the engine hangs up reaches the page', async () => {
  const { transport, engine } = await dialled();
  const closed = new Promise((resolve) => transport.onClose(resolve));
  engine.close(1001, 'The engine is stopping.');
  expect(await closed).toBe('The engine is stopping.');
});

test('a page that leaves leaves the engine', async () => {
  const { engine, page } = await dialled();
  const closed = new Promise((resolve) => engine.on('close', resolve));
  page.close();
  await closed;
});

test('a page that hangs up leaves the engine', async () => {
  const { engine, transport } = await dialled();
  const closed = new Promise((resolve) => engine.on('close', (_, reason) => resolve(String(reason))));
  transport.close('done');
  expect(await closed).toBe('done');
});

test('a page learns why there is no engine', async () => {
  const { port1: page, port2: main } = new MessageChannel();
  const socketPath = join(dir, 'none.sock');
  const dialling = dialPort(
    asPagePort(page),
    () => void bridgePort(asMainPort(main), () => openEngineSocket(socketPath)),
  );
  await expect(dialling).rejects.toMatchObject({ code: 'unavailable', message: /No engine answers at .*none\.sock/ });
  page.close();
});
