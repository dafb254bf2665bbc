import { constants, type BigIntStats } from 'node:fs';

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';

import { copyFromContainer, statContainerPath, type PathFacts } from '#engine/container/copy-from-container.ts';
import { copyToContainer } from '#engine/container/copy-to-container.ts';
import { exportContainer } from '#engine/container/export-container.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { DockerContext, Routes } from './context.ts';
import { parseInput, readSent } from './failures.ts';
import { flag, text } from './query.ts';
import { sendStream } from './send-stream.ts';

interface ById {
  Params: { id: string };
}

const pathQuery = z.object({ path: text.transform((value) => value ?? '') });
const putQuery = pathQuery.extend({ noOverwriteDirNonDir: flag, copyUIDGID: flag });

/** `export` and `cp`. */
export const containerFileRoutes: Routes = (app, context) => {
  const { containers } = context.engine;
  app.get<ById>('/containers/:id/export', async ({ params }, reply) => {
    const tar = await exportContainer(containers, params.id);
    await sendStream(reply, { contentType: 'application/octet-stream', closing: context.closing }, () => tar);
  });
  app.head<ById>('/containers/:id/archive', async ({ params, query }, reply) => {
    const facts = await statContainerPath(containers, params.id, parseInput(pathQuery, query).path);
    return reply.header('x-docker-container-path-stat', pathStat(facts)).send();
  });
  app.get<ById>('/containers/:id/archive', (request, reply) => send(context, request, reply));
  app.put<ById>('/containers/:id/archive', async ({ params, query, raw }, reply) => {
    const { path, noOverwriteDirNonDir, copyUIDGID } = parseInput(putQuery, query);
    const wish = { path, source: raw, keepKinds: noOverwriteDirNonDir, asContainerUser: copyUIDGID };
    await readSent('The archive', () => copyToContainer(containers, params.id, wish));
    return reply.code(200).send();
  });
};

async function send(
  { engine, closing }: DockerContext,
  { params, query }: FastifyRequest<ById>,
  reply: FastifyReply,
): Promise<void> {
  const { facts, tar } = await copyFromContainer(engine.containers, params.id, parseInput(pathQuery, query).path);
  reply.header('x-docker-container-path-stat', pathStat(facts));
  await sendStream(reply, { contentType: 'application/x-tar', closing }, () => tar);
}

/** `ContainerPathStat` of the Docker Engine API, as it goes in a header. */
function pathStat({ name, stats, linkTarget }: PathFacts): string {
  const mtime = new Date(Number(stats.mtimeMs)).toISOString();
  const fields = { name, size: Number(stats.size), mode: goMode(stats), mtime, linkTarget };
  return Buffer.from(JSON.stringify(fields)).toString('base64');
}

/** Bits of Go's `fs.FileMode` by those of stat(2). */
const special: readonly (readonly [bit: number, goBit: number])[] = [
  [0o4000, 2 ** 23],
  [0o2000, 2 ** 22],
  [0o1000, 2 ** 20],
];

const kinds: Readonly<Record<number, number>> = {
  [constants.S_IFREG]: 0,
  [constants.S_IFDIR]: 2 ** 31,
  [constants.S_IFLNK]: 2 ** 27,
  [constants.S_IFBLK]: 2 ** 26,
  [constants.S_IFCHR]: 2 ** 26 + 2 ** 21,
  [constants.S_IFIFO]: 2 ** 25,
  [constants.S_IFSOCK]: 2 ** 24,
};

function goMode({ mode }: BigIntStats): number {
  const bits = Number(mode);
  const kind = kinds[bits & constants.S_IFMT];
  if (kind === undefined) throw new EngineError('internal', `There is no kind of file with the mode ${bits}.`);
  return special.reduce((sum, [bit, goBit]) => sum + ((bits & bit) === 0 ? 0 : goBit), (bits & 0o777) + kind);
}
