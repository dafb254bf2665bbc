import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { importTar } from '#engine/image/import-tar.ts';
import { parsePlatform } from '#engine/oci/platform.ts';

import type { DockerContext } from './context.ts';
import { parseInput } from './failures.ts';
import { text } from './query.ts';
import { clientSignal } from './send-stream.ts';

const importQuery = z.object({
  fromSrc: z.string(),
  repo: text,
  tag: text,
  message: text,
  platform: text,
  changes: z.union([z.string(), z.array(z.string())]).optional(),
});

/** `docker import`: the body, or what is at an address, becomes an image of one layer. */
export async function importImage(
  { engine, closing }: DockerContext,
  { query, raw }: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { fromSrc, repo = '', tag = '', message, platform = '', changes = [] } = parseInput(importQuery, query);
  const signal = clientSignal(reply, closing);
  const tar = {
    from: fromSrc,
    message: message === '' ? undefined : message,
    changes: [changes].flat(),
    ...(repo === '' ? {} : { reference: parseReference(tag === '' ? repo : `${repo}:${tag}`) }),
    ...(platform === '' ? {} : { platform: parsePlatform(platform) }),
    source: fromSrc === '-' ? raw : await download(fromSrc, signal),
  };
  const id = await importTar(engine.images, tar, () => undefined, signal);
  return reply.type('application/json').send(`${JSON.stringify({ status: id })}\r\n`);
}

/** An address without a scheme is http's, as with Docker. */
async function download(address: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const url = URL.parse(/^[a-z]+:/.test(address) ? address : `http://${address}`);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new EngineError('invalid-argument', `${address} is no address that a tar can be fetched from.`);
  }
  let answer: Response;
  try {
    answer = await fetch(url, { signal });
  } catch (cause) {
    const { message } = toEngineError(cause instanceof Error ? (cause.cause ?? cause) : cause);
    throw new EngineError('unavailable', `${url.host} could not be asked for the tar: ${message}.`, { cause });
  }
  if (answer.ok && answer.body !== null) return answer.body;
  throw new EngineError('not-found', `${url.host} answered ${answer.status} when asked for the tar.`);
}
