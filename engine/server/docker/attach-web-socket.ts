import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { z } from 'zod';

import { Queue } from '#engine/async/queue.ts';
import { attachContainer } from '#engine/container/attach-container.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { Attachment } from '#engine/runtime/runtime.ts';
import { sayAndClose } from '#engine/server/listener.ts';

import { withoutVersion } from './api-version.ts';
import { attachNextRun } from './container-streams.ts';
import type { DockerContext } from './context.ts';
import { parseDetachKeys } from '#engine/contract/detach-keys.ts';
import { parseInput, statusOf } from './failures.ts';
import { flag, text } from './query.ts';
import { relayStreams, type RelayedConnection } from './relay-streams.ts';

const ATTACH = /^\/containers\/([^/]+)\/attach\/ws$/;
/** Bytes of one message: nobody types more at once. */
const MAX_PAYLOAD = 1024 * 1024;

const attachQuery = z.object({ stream: flag, stdin: flag, stdout: flag, stderr: flag, logs: flag, detachKeys: text });

const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD, perMessageDeflate: false });

/** Whether a request is one for a container's streams over a WebSocket. */
export function isAttachSocket({ url = '', headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket' && ATTACH.test(pathOf(url));
}

/** `GET /containers/{id}/attach/ws` of the Docker Engine API: bytes both ways, unframed, whatever the container has. */
export function serveAttachSocket(
  context: DockerContext,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  let wanted: Wanted;
  try {
    wanted = wantedOf(context, request.url ?? '');
  } catch (error) {
    refuse(socket, error);
    return;
  }
  sockets.handleUpgrade(request, socket, head, (webSocket) => {
    void attach(context, wanted, webSocket).finally(() => webSocket.close());
  });
}

interface Wanted extends z.infer<typeof attachQuery> {
  readonly id: string;
  readonly keys: readonly number[];
}

function wantedOf({ engine }: DockerContext, url: string): Wanted {
  const [, ref = ''] = ATTACH.exec(pathOf(url)) ?? [];
  const query = parseInput(attachQuery, Object.fromEntries(new URL(url, 'http://engine').searchParams));
  const { id, config } = engine.containers.table.find(decodeURIComponent(ref));
  return { ...query, stdin: query.stdin && config.openStdin, id, keys: parseDetachKeys(query.detachKeys ?? '') };
}

function pathOf(url: string): string {
  return withoutVersion(url).split('?')[0] ?? '';
}

function refuse(socket: Duplex, error: unknown): void {
  const failure = toEngineError(error);
  sayAndClose(socket, `${statusOf(failure)} Refused`, 'application/json', JSON.stringify({ message: failure.message }));
}

async function attach(context: DockerContext, wanted: Wanted, webSocket: WebSocket): Promise<void> {
  const connection = connectionOf(webSocket);
  await using attachment = await open(context, wanted, connection);
  if (attachment === undefined) return;
  const { stdin, stdout, stderr, keys: detachKeys } = wanted;
  await relayStreams(connection, attachment, { tty: true, stdin, stdout, stderr, detachKeys });
}

async function open(
  context: DockerContext,
  { id, stdin, logs }: Wanted,
  connection: RelayedConnection,
): Promise<Attachment | undefined> {
  const { containers } = context.engine;
  if (containers.table.running(id) === undefined) return attachNextRun(context, id, { stdin, connection });
  return (await attachContainer(containers, id, 'main', { replay: logs, stdin })).attachment;
}

function connectionOf(webSocket: WebSocket): RelayedConnection {
  const gone = new AbortController();
  const input = new Queue<Uint8Array>();
  // One message at a time: whoever sends more than the container reads waits for it.
  webSocket.on('message', (data: RawData) => {
    input.push(bytesOf(data));
    webSocket.pause();
  });
  webSocket.on('close', () => {
    input.end();
    gone.abort();
  });
  // Told by the close that follows.
  webSocket.on('error', () => undefined);
  return {
    input: resuming(input, webSocket),
    signal: gone.signal,
    write: (parts) => new Promise((resolve) => webSocket.send(Buffer.concat(parts), { binary: true }, () => resolve())),
  };
}

async function* resuming(input: AsyncIterable<Uint8Array>, webSocket: WebSocket): AsyncGenerator<Uint8Array> {
  for await (const bytes of input) {
    yield bytes;
    if (webSocket.readyState === webSocket.OPEN) webSocket.resume();
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}
