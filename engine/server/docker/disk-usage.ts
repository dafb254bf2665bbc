import { z } from 'zod';

import { listContainers } from '#engine/container/list-containers.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { ImageSummary } from '#engine/contract/image.ts';
import { listImages } from '#engine/image/list-images.ts';
import { sumStorage } from '#engine/image/sum-storage.ts';
import type { Engine } from '#engine/server/engine.ts';

import { speaksAtLeast } from './api-version.ts';
import { dockerBuildCache } from './build-cache.ts';
import { dockerContainer } from './container-body.ts';
import { withSizes } from './container-sizes.ts';
import type { Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { dockerImages } from './image-body.ts';
import { measuredVolumes } from './volumes.ts';

/** `docker system df`. */
export const diskUsageRoutes: Routes = (app, { engine }) => {
  app.get('/system/df', ({ query, originalUrl }) => diskUsage(engine, query, originalUrl));
};

/** From 1.42 on each can be asked for alone, and what was once the classic builder's is dropped. */
const TYPES_SINCE = '1.42';
const TYPES = ['container', 'image', 'volume', 'build-cache'];

/** @throws EngineError `invalid-argument`, in Docker's words. */
function typesOf(query: unknown, url: string): readonly string[] {
  const { type = [] } = parseInput(z.object({ type: z.union([z.string(), z.array(z.string())]).optional() }), query);
  const wanted = [type].flat();
  if (wanted.length === 0 || !speaksAtLeast(url, TYPES_SINCE)) return TYPES;
  const unknown = wanted.find((each) => !TYPES.includes(each));
  if (unknown !== undefined) throw new EngineError('invalid-argument', `unknown object type: ${unknown}`);
  return wanted;
}

/** `SystemDataUsageResponse` of the Docker Engine API; what wasn't asked for isn't measured. */
async function diskUsage(engine: Engine, query: unknown, url: string): Promise<Record<string, unknown>> {
  const types = typesOf(query, url);
  const { containers, builds } = engine;
  const isWanted = (type: string): boolean => types.includes(type);
  return {
    ...(isWanted('image') ? imageUsage(engine, url) : {}),
    ...(isWanted('container') ? { Containers: await containerUsage(engine) } : {}),
    ...(isWanted('volume') ? { Volumes: await measuredVolumes(containers.volumes) } : {}),
    ...(isWanted('build-cache') ? { BuildCache: await dockerBuildCache(builds, new AbortController().signal) } : {}),
    ...(speaksAtLeast(url, TYPES_SINCE) ? {} : { BuilderSize: 0 }),
  };
}

function imageUsage({ images }: Engine, url: string): Record<string, unknown> {
  const { totalBytes, buildBytes } = sumStorage(images);
  const found = listImages(images).map((image) => onDisk(image));
  // All that images have, of which each part counts once however many have it.
  return { LayersSize: totalBytes - buildBytes, Images: dockerImages(images, found, url) };
}

async function containerUsage(engine: Engine): Promise<readonly Record<string, unknown>[]> {
  const measured = await withSizes(engine, listContainers(engine.containers, { all: true }));
  return measured.map((container) => dockerContainer(container));
}

/** The list's sizes are those of the files in the layers; here they are what the disk gives back. */
function onDisk({ bytes, ...image }: ImageSummary): ImageSummary {
  if (bytes === undefined) return image;
  return { ...image, Size: bytes.total, SharedSize: bytes.shared };
}
