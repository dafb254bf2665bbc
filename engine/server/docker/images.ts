import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import type { ImageSummary, RemovedImage } from '#engine/contract/image.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { imageHistory, inspectImage } from '#engine/image/inspect-image.ts';
import { listImages } from '#engine/image/list-images.ts';
import { removeImage } from '#engine/image/remove-image.ts';
import { tagImage } from '#engine/image/tag-image.ts';
import { findPresent } from '#engine/image/resolve-image.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';

import { speaksAtLeast } from './api-version.ts';
import type { Routes } from './context.ts';
import { answerUnknownRoute, parseInput } from './failures.ts';
import { dockerImages, dockerImageInspect } from './image-body.ts';
import { sendImages } from './image-archives.ts';
import { answerPush } from './image-push.ts';
import { fitsReference } from './name-pattern.ts';
import { filterFlag, flag, hasLabels, parseFilters, text } from './query.ts';

/** A name has slashes of its own: what is asked about it comes after the last. */
interface ByName {
  Params: { '*': string };
}

export const imageRoutes: Routes = (app, context) => {
  const { images } = context.engine;
  app.get('/images/json', ({ query, originalUrl }) => {
    const { filters, filter } = parseInput(z.object({ all: flag, filters: text, filter: text }), query);
    // Newer clients have a filter `reference` in its place.
    const pattern = speaksAtLeast(originalUrl, '1.41') ? undefined : filter;
    return dockerImages(images, list(images, filters, pattern), originalUrl);
  });
  app.get<ByName>('/images/*', async (request, reply) => {
    const { name, verb } = split(request.params['*']);
    if (verb === 'json') return dockerImageInspect(await inspectImage(images, name), request.originalUrl);
    if (verb === 'history') return imageHistory(images, name);
    if (verb === 'get') return sendImages(context, reply, [name]);
    return answerUnknownRoute(request, reply);
  });
  app.post<ByName>('/images/*', async (request, reply): Promise<FastifyReply | void> => {
    const { name, verb } = split(request.params['*']);
    if (verb === 'push') return answerPush(context, name, { request, reply });
    if (verb !== 'tag') return answerUnknownRoute(request, reply);
    const { repo = '', tag = '' } = parseInput(z.object({ repo: text, tag: text }), request.query);
    await tagImage(images, name, parseReference(tag === '' ? repo : `${repo}:${tag}`));
    return reply.code(201).send();
  });
  app.delete<ByName>('/images/*', async ({ params, query }) => {
    const { force } = parseInput(z.object({ force: flag, noprune: flag }), query);
    return removed(await removeImage(images, params['*'], { force }));
  });
};

function split(path: string): { name: string; verb: string } {
  const slash = path.lastIndexOf('/');
  return { name: path.slice(0, Math.max(0, slash)), verb: path.slice(slash + 1) };
}

/** `ImageDeleteResponseItem`s of the Docker Engine API. */
function removed({ untagged, deleted }: RemovedImage): readonly Record<string, string>[] {
  return [...untagged.map((Untagged) => ({ Untagged })), ...deleted.map((Deleted) => ({ Deleted }))];
}

function list(images: ImageParts, filters: string | undefined, pattern: string | undefined): readonly ImageSummary[] {
  const wanted = parseFilters(filters, ['dangling', 'label', 'reference', 'before', 'since']);
  const isDangling = filterFlag(wanted, 'dangling');
  const all = listImages(images);
  const created = (name: 'before' | 'since'): number | undefined => {
    const [ref] = wanted.get(name) ?? [];
    if (ref === undefined) return undefined;
    const { id } = findPresent(images.database, ref);
    return all.find((image) => image.Id === id)?.Created;
  };
  const { before = Infinity, since = -Infinity } = { before: created('before'), since: created('since') };
  const found = all.filter(
    ({ RepoTags, Labels, Created }) =>
      (isDangling === undefined || isDangling === (RepoTags.length === 0)) &&
      hasLabels(Labels, wanted.get('label') ?? []) &&
      Created < before &&
      Created > since,
  );
  const patterns = [...(wanted.get('reference') ?? []), ...(pattern === undefined || pattern === '' ? [] : [pattern])];
  return patterns.length === 0 ? found : found.flatMap((image) => namedSo(image, patterns));
}

/** An image with those of its names that were asked for; nothing when there is none. */
function namedSo(image: ImageSummary, patterns: readonly string[]): ImageSummary[] {
  const RepoTags = image.RepoTags.filter((tag) => patterns.some((pattern) => fitsReference(tag, pattern)));
  return RepoTags.length === 0 ? [] : [{ ...image, RepoTags }];
}
