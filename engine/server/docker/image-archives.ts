import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import { saveImages } from '#engine/image/save-image.ts';

import type { DockerContext, Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { sendStream } from './send-stream.ts';

const names = z.union([z.string(), z.array(z.string())]).optional();

export const imageArchiveRoutes: Routes = (app, context) => {
  app.get('/images/get', async ({ query }, reply) => {
    const { names: wanted = [] } = parseInput(z.object({ names }), query);
    await sendImages(context, reply, [wanted].flat());
  });
};

/** Answers with an archive of images; what fails before the first byte has a status. */
export async function sendImages(
  { engine, closing }: DockerContext,
  reply: FastifyReply,
  wanted: readonly string[],
): Promise<void> {
  if (wanted.length === 0) throw new EngineError('invalid-argument', 'no images were named');
  const { bytes } = await saveImages(engine.images, wanted, 'docker-archive');
  await sendStream(reply, { contentType: 'application/x-tar', closing }, () => bytes);
}
