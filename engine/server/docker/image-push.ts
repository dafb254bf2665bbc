import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import type { PullProgress } from '#engine/contract/image.ts';
import { canonicalRepository, familiarName, parseReference, type Reference } from '#engine/contract/reference.ts';
import { tagsOfRepository } from '#engine/image/image-records.ts';
import { pushImage } from '#engine/image/push-image.ts';
import { taggedImage } from '#engine/image/push-plan.ts';
import type { Credentials } from '#engine/registry/registry-client.ts';

import type { DockerContext } from './context.ts';
import { parseInput } from './failures.ts';
import { LayerMessages, type JsonMessage } from './layer-messages.ts';
import { text } from './query.ts';
import { credentialsIn } from './registry-auth-header.ts';
import { clientSignal } from './send-stream.ts';
import { asJob, sendProgress } from './transfer-progress.ts';

interface Exchange {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** `POST /images/{name}/push` of the Docker Engine API: one tag, or without one all that the repository has here. */
export async function answerPush(context: DockerContext, name: string, { request, reply }: Exchange): Promise<void> {
  const { tag = '' } = parseInput(z.object({ tag: text }), request.query);
  const references = referencesOf(context, name, tag);
  for (const reference of references) taggedImage(context.engine.images, reference);
  const credentials = credentialsIn(request.headers['x-registry-auth']);
  const title = references.length === 1 ? familiarName(references[0] ?? parseReference(name)) : name;
  const progress = asJob(context.engine.jobs, { kind: 'push', title }, clientSignal(reply, context.closing), (signal) =>
    pushAll(context, references, { credentials, signal }),
  );
  // As Docker: what the registry refuses is told as news. By a status of 401 its clients ask for a password, and wait.
  await sendProgress(context, reply, { progress, messages: (all) => pushMessages(all, references), isUnderWay: true });
}

function referencesOf(context: DockerContext, name: string, tag: string): readonly Reference[] {
  const reference = parseReference(tag === '' ? name : `${name}:${tag}`);
  if (tag !== '' || name.lastIndexOf(':') > name.lastIndexOf('/')) return [reference];
  const tags = tagsOfRepository(context.engine.images.database, canonicalRepository(reference));
  if (tags.length > 0) return tags;
  throw new EngineError('not-found', `An image does not exist locally with the tag: ${name}`);
}

/** Docker's clients move tags without a question, whatever they led to. */
async function* pushAll(
  { engine }: DockerContext,
  references: readonly Reference[],
  { credentials, signal }: { readonly credentials: Credentials | undefined; readonly signal: AbortSignal },
): AsyncGenerator<PullProgress> {
  const options = { overwrite: true, ...(credentials === undefined ? {} : { credentials }) };
  for (const reference of references) yield* pushImage(engine.images, reference, options, signal);
}

async function* pushMessages(
  progress: AsyncIterable<PullProgress>,
  references: readonly Reference[],
): AsyncGenerator<JsonMessage> {
  const [first] = references;
  if (first !== undefined) yield { status: `The push refers to repository [${canonicalRepository(first)}]` };
  let layers = new LayerMessages('push');
  let reference = '';
  for await (const now of progress) {
    if (now.reference !== reference) layers = new LayerMessages('push');
    reference = now.reference;
    yield* layers.since(now);
    const { manifestDigest: Digest, manifestSize: Size } = now;
    if (Digest === undefined || Size === undefined) continue;
    const Tag = parseReference(now.reference).tag ?? '';
    yield { status: `${Tag}: digest: ${Digest} size: ${Size}` };
    yield { progressDetail: {}, aux: { Tag, Digest, Size } };
  }
}
