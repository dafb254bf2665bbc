import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import { familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import { loadImage, type LoadProgress } from '#engine/image/load-image.ts';
import { pullImage } from '#engine/image/pull-image.ts';
import { parsePlatform } from '#engine/oci/platform.ts';

import type { DockerContext, Routes } from './context.ts';
import { parseInput, readSent } from './failures.ts';
import { importImage } from './image-import.ts';
import { LayerMessages, type JsonMessage } from './layer-messages.ts';
import { flag, text } from './query.ts';
import { credentialsIn } from './registry-auth-header.ts';
import { clientSignal } from './send-stream.ts';
import { asJob, sendProgress } from './transfer-progress.ts';

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
    (signal) => withoutPrompt(pullImage(images, reference, options, signal)),
  );
  await sendProgress(context, reply, { progress, messages: (all) => pullMessages(all, reference) });
}

/** Docker says of what it may not see that it isn't there: a client that is told 401 asks its user for a password. */
async function* withoutPrompt<T>(pulling: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* pulling;
  } catch (error) {
    if (!(error instanceof EngineError) || error.code !== 'unauthenticated') throw error;
    throw new EngineError('not-found', error.message, { cause: error });
  }
}

function nameOf(image: string, tag: string): string {
  if (tag === '') return image;
  return tag.includes(':') ? `${image}@${tag}` : `${image}:${tag}`;
}

async function load(context: DockerContext, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { images, jobs } = context.engine;
  const { quiet, platform = '' } = parseInput(z.object({ quiet: flag, platform: text }), request.query);
  const wanted = platform === '' ? undefined : parsePlatform(platform);
  const progress = asJob(jobs, { kind: 'load', title: 'docker load' }, clientSignal(reply, context.closing), (signal) =>
    loadImage(images, request.raw, signal, wanted),
  );
  const messages = (all: AsyncIterable<LoadProgress>): AsyncIterable<JsonMessage> => loadMessages(all, { quiet });
  await readSent(undefined, () => sendProgress(context, reply, { progress, messages }));
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
