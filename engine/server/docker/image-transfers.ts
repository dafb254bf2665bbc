import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { Queue } from '#engine/async/queue.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import { loadImage, type LoadProgress } from '#engine/image/load-image.ts';
import { pullImage } from '#engine/image/pull-image.ts';
import type { JobBoard } from '#engine/jobs/job-board.ts';
import { parsePlatform } from '#engine/oci/platform.ts';
import type { Credentials } from '#engine/registry/registry-client.ts';

import type { DockerContext, Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { importImage } from './image-import.ts';
import { LayerMessages, type JsonMessage } from './layer-messages.ts';
import { flag, text } from './query.ts';
import { clientSignal, sendStream } from './send-stream.ts';

export const imageTransferRoutes: Routes = (app, context) => {
  app.post('/images/create', (request, reply) => pull(context, request, reply));
  app.post('/images/load', (request, reply) => load(context, request, reply));
};

const pullQuery = z.object({ fromImage: text, fromSrc: text, tag: text, platform: text });

async function pull(context: DockerContext, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { images, jobs } = context.engine;
  const { fromImage = '', fromSrc = '', tag = '', platform = '' } = parseInput(pullQuery, request.query);
  if (fromSrc !== '') return importImage(context, request, reply);
  const reference = parseReference(nameOf(fromImage, tag));
  const credentials = credentialsIn(request.headers['x-registry-auth']);
  const options = {
    ...(platform === '' ? {} : { platform: parsePlatform(platform) }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const progress = asJob(
    jobs,
    { kind: 'pull', title: familiarName(reference) },
    clientSignal(reply, context.closing),
    (signal) => pullImage(images, reference, options, signal),
  );
  await sendProgress(context, reply, { progress, messages: (all) => pullMessages(all, reference) });
}

function nameOf(image: string, tag: string): string {
  if (tag === '') return image;
  return tag.includes(':') ? `${image}@${tag}` : `${image}:${tag}`;
}

/** `X-Registry-Auth` of the Docker Engine API: JSON in base64url. @throws EngineError `invalid-argument`. */
const authHeader = z.object({
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional(),
});

function credentialsIn(header: string | string[] | undefined): Credentials | undefined {
  if (typeof header !== 'string' || header === '') return undefined;
  let auth: z.infer<typeof authHeader>;
  try {
    auth = authHeader.parse(JSON.parse(Buffer.from(header, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new EngineError('invalid-argument', 'The X-Registry-Auth header is no JSON in base64url.', { cause });
  }
  const { username = '', password = '', identitytoken = '', registrytoken = '' } = auth;
  if (identitytoken !== '') return { kind: 'identity-token', token: identitytoken };
  if (registrytoken !== '') return { kind: 'registry-token', token: registrytoken };
  return username === '' ? undefined : { kind: 'password', username, password };
}

async function load(context: DockerContext, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { images, jobs } = context.engine;
  const { quiet, platform = '' } = parseInput(z.object({ quiet: flag, platform: text }), request.query);
  const wanted = platform === '' ? undefined : parsePlatform(platform);
  const progress = asJob(jobs, { kind: 'load', title: 'docker load' }, clientSignal(reply, context.closing), (signal) =>
    loadImage(images, request.raw, signal, wanted),
  );
  await sendProgress(context, reply, { progress, messages: (all) => loadMessages(all, { quiet }) });
}

/** Progress that somebody has not read yet is told by what comes after it: each says where everything stands. */
const UNREAD = 64;

/** Everybody else sees it on the job board meanwhile, and can cancel it; it ends when its client goes. */
function asJob(
  jobs: JobBoard,
  { kind, title }: { readonly kind: 'pull' | 'load'; readonly title: string },
  left: AbortSignal,
  source: (signal: AbortSignal) => AsyncIterable<LoadProgress>,
): Queue<LoadProgress> {
  const queue = new Queue<LoadProgress>();
  jobs.start(kind, title, async (cancelled, report) => {
    let last: LoadProgress | undefined;
    try {
      for await (const now of source(AbortSignal.any([left, cancelled]))) {
        const { loaded: _, ...progress } = now;
        report({ progress });
        last = queue.size < UNREAD ? undefined : now;
        if (last === undefined) queue.push(now);
      }
      if (last !== undefined) queue.push(last);
      queue.end();
    } catch (error) {
      queue.fail(error);
      throw error;
    }
  });
  return queue;
}

interface Answer {
  readonly progress: Queue<LoadProgress>;
  readonly messages: (progress: AsyncIterable<LoadProgress>) => AsyncIterable<JsonMessage>;
}

/** What fails before there is anything to tell has an HTTP status; what fails later is a message of its own. */
async function sendProgress(
  context: DockerContext,
  reply: FastifyReply,
  { progress, messages }: Answer,
): Promise<void> {
  const early: LoadProgress[] = [];
  for (;;) {
    const { done, value } = await progress.next();
    if (done === true) break;
    early.push(value);
    if (value.layers.length > 0) break;
  }
  async function* all(): AsyncGenerator<LoadProgress> {
    yield* early;
    yield* progress;
  }
  const { closing } = context;
  await sendStream(reply, { contentType: 'application/json', closing }, () => lines(messages(all())));
}

async function* lines(messages: AsyncIterable<JsonMessage>): AsyncGenerator<string> {
  try {
    for await (const message of messages) yield `${JSON.stringify(message)}\r\n`;
  } catch (error) {
    const { message } = toEngineError(error);
    yield `${JSON.stringify({ errorDetail: { message }, error: message })}\r\n`;
  }
}

async function* pullMessages(progress: AsyncIterable<LoadProgress>, reference: Reference): AsyncGenerator<JsonMessage> {
  const layers = new LayerMessages();
  let last: LoadProgress | undefined;
  for await (const now of progress) {
    if (last === undefined) {
      yield { status: `Pulling from ${reference.repository}`, id: reference.tag ?? reference.digest ?? '' };
    }
    last = now;
    yield* layers.since(now);
  }
  if (last === undefined) return;
  const digest = reference.digest ?? last.manifestDigest;
  if (digest !== undefined) yield { status: `Digest: ${digest}` };
  yield { status: `Status: ${last.status}` };
}

async function* loadMessages(
  progress: AsyncIterable<LoadProgress>,
  { quiet }: { readonly quiet: boolean },
): AsyncGenerator<JsonMessage> {
  const layers = new LayerMessages();
  for await (const now of progress) {
    if (!quiet) yield* layers.since(now);
    for (const name of now.loaded ?? []) {
      const what = name.startsWith('sha256:') ? 'Loaded image ID' : 'Loaded image';
      yield { stream: `${what}: ${name}\n` };
    }
  }
}
