import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { begun } from '#engine/async/begun.ts';
import { attachContainer } from '#engine/container/attach-container.ts';
import { publishEvent } from '#engine/container/container-events.ts';
import { containerLogs, refuseUnreadable } from '#engine/container/container-logs.ts';
import { waitContainer, type WaitCondition } from '#engine/container/wait-container.ts';
import type { Container } from '#engine/container/container.ts';
import { logDetails } from '#engine/container/logging.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Attachment, LogChunk } from '#engine/runtime/runtime.ts';

import { speaksAtLeast } from './api-version.ts';
import type { DockerContext, Routes } from './context.ts';
import { parseDetachKeys } from '#engine/contract/detach-keys.ts';
import { parseInput } from './failures.ts';
import { hijack, type HijackedConnection } from './hijack.ts';
import { timestamp, withPrefixes } from './line-prefixes.ts';
import { flag, moment, text } from './query.ts';
import { encoderFor, streamTypeOf } from './raw-stream.ts';
import { relayStreams } from './relay-streams.ts';
import { clientSignal, sendStream } from './send-stream.ts';

interface ById {
  Params: { id: string };
}

export const containerStreamRoutes: Routes = (app, context) => {
  app.post<ById>('/containers/:id/attach', (request, reply) => attach(context, request, reply));
  app.get<ById>('/containers/:id/logs', (request, reply) => logs(context, request, reply));
  app.post<ById>('/containers/:id/wait', (request, reply) => wait(context, request, reply));
};

const attachQuery = z.object({ stream: flag, stdin: flag, stdout: flag, stderr: flag, logs: flag, detachKeys: text });

/**
 * A client at the container's streams. One that comes before the start waits for it, and is then sent all output from
 * the first byte: that is how Docker's clients run a container in the foreground.
 */
async function attach(context: DockerContext, request: FastifyRequest<ById>, reply: FastifyReply): Promise<void> {
  const { containers } = context.engine;
  const asked = parseInput(attachQuery, request.query);
  const detachKeys = parseDetachKeys(asked.detachKeys ?? '');
  const container = containers.table.find(request.params.id);
  const { id, config } = container;
  const { tty } = config;
  const { stdout, stderr } = asked;
  const connect = (): HijackedConnection => hijack(request, reply, streamTypeOf(request, tty));
  if (!asked.stream) {
    await using connection = connect();
    // What has been written so far is all that is wanted.
    if (asked.logs) await sendLog(context, connection, { id, tty, stdout, stderr });
    return;
  }
  const stdin = asked.stdin && config.openStdin;
  const isRunning = containers.table.running(id) !== undefined;
  // No turn passes between the look and the wait for the next run: it can't be missed.
  const running = isRunning ? await attachContainer(containers, id, 'main', { replay: asked.logs, stdin }) : undefined;
  await using connection = connect();
  await using attachment = running?.attachment ?? (await attachNextRun(context, id, { stdin, connection }));
  if (attachment === undefined) return;
  const ending = await relayStreams(connection, attachment, { tty, stdin, stdout, stderr, detachKeys });
  if (ending === 'detached') publishEvent(containers, containers.table.get(id) ?? container, 'detach');
}

async function sendLog(
  { engine }: DockerContext,
  connection: HijackedConnection,
  { id, ...wanted }: { readonly id: string; readonly tty: boolean; readonly stdout: boolean; readonly stderr: boolean },
): Promise<void> {
  const chunks = containerLogs(engine.containers, id, { follow: false }, connection.signal);
  for await (const bytes of encoded(chunks, wanted)) await connection.write([bytes]);
}

/** At a container that is about to start: its client is there from now on, and misses nothing. */
export async function attachNextRun(
  { engine, closing }: DockerContext,
  id: string,
  { stdin, connection }: { readonly stdin: boolean; readonly connection: Pick<HijackedConnection, 'signal'> },
): Promise<Attachment | undefined> {
  const gone = AbortSignal.any([connection.signal, closing]);
  const { containers } = engine;
  // In the same turn as the look that found it stopped.
  const next = containers.table.nextRun(id, gone);
  publishEvent(containers, containers.table.find(id), 'attach');
  const running = await next;
  return running?.attach({ replay: true, stdin });
}

const logsQuery = z.object({
  follow: flag,
  stdout: flag,
  stderr: flag,
  timestamps: flag,
  details: flag,
  since: moment,
  until: moment,
  tail: text,
});

async function logs(
  { engine, closing }: DockerContext,
  request: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<void> {
  const asked = parseInput(logsQuery, request.query);
  if (!asked.stdout && !asked.stderr) {
    throw new EngineError('invalid-argument', 'Bad parameters: you must choose at least one stream');
  }
  const container = engine.containers.table.find(request.params.id);
  const { id, config } = container;
  refuseUnreadable(container);
  const tailLines = /^\d+$/.test(asked.tail ?? '') ? Number(asked.tail) : undefined;
  const { follow, since, until } = asked;
  const { promise: isPlaced, resolve: onPlaced } = Promise.withResolvers<void>();
  const wish = { follow, since, until, tailLines, onPlaced };
  // A client that hears the headers misses nothing that is written from then on, also of no lines at all.
  const chunks = await begun(containerLogs(engine.containers, id, wish, clientSignal(reply, closing)), isPlaced);
  await sendStream(reply, { contentType: streamTypeOf(request, config.tty), closing }, () =>
    encoded(prefixed(chunks, container, asked), { ...asked, tty: config.tty }),
  );
}

function prefixed(
  chunks: AsyncIterable<LogChunk>,
  container: Container,
  { timestamps, details }: { readonly timestamps: boolean; readonly details: boolean },
): AsyncIterable<LogChunk> {
  if (!timestamps && !details) return chunks;
  const said = details ? `${logDetails(container)} ` : '';
  return withPrefixes(chunks, ({ time }) => `${timestamps ? `${timestamp(time)} ` : ''}${said}`);
}

async function* encoded(
  chunks: AsyncIterable<LogChunk>,
  { tty, stdout, stderr }: { readonly tty: boolean; readonly stdout: boolean; readonly stderr: boolean },
): AsyncGenerator<Uint8Array> {
  const encode = encoderFor(tty);
  for await (const chunk of chunks) {
    if (chunk.stream === 'stderr' ? stderr : stdout) yield encode(chunk);
  }
}

const waitQuery = z.object({ condition: z.enum(['not-running', 'next-exit', 'removed']).or(z.literal('')).optional() });

/** The answer begins at once, so that the client knows it is waited for it when it starts the container next. */
async function wait(
  { engine, closing }: DockerContext,
  request: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<void> {
  const { query, originalUrl } = request;
  const { condition } = speaksAtLeast(originalUrl, '1.30') ? parseInput(waitQuery, query) : {};
  engine.containers.table.find(request.params.id);
  const chosen: WaitCondition = condition === undefined || condition === '' ? 'not-running' : condition;
  const ended = waitContainer(engine.containers, request.params.id, chosen, clientSignal(reply, closing));
  // Told by the stream, whenever that gets to it.
  ended.catch(() => undefined);
  await sendStream(reply, { contentType: 'application/json', closing }, async function* () {
    const { exitCode } = await ended;
    yield JSON.stringify({ StatusCode: exitCode });
  });
}
