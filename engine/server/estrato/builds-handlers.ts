import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import type { BuildParts } from '#engine/build/build-parts.ts';
import { listBuilds, watchBuild } from '#engine/build/build-records.ts';
import type { BuildRequest } from '#engine/build/build-request.ts';
import { FolderSource } from '#engine/build/folder-source.ts';
import { KnownDigests } from '#engine/build/known-digests.ts';
import { runBuild } from '#engine/build/run-build.ts';
import type { BuildNews, BuildRecord, BuildWish } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import { parsePlatform } from '#engine/oci/platform.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, StreamsOf } from './area.ts';

export function buildCalls({ builds, jobs }: Engine): CallsOf<'builds'> {
  return {
    'builds.list': async () => listBuilds(builds.database).map(withoutLogs),
    'builds.read': ({ folder, file }) => readSource(folder, file),
    'builds.start': async (wish) => {
      const { request, known } = await requestFrom(builds, wish);
      const { id, news } = runBuild(builds, jobs, { request, left: new AbortController().signal });
      void drained(news).finally(() => known.store());
      return { build: id };
    },
  };
}

export function buildStreams({ builds, jobs }: Engine): StreamsOf<'builds'> {
  return {
    'builds.run': async function* (wish, signal) {
      const { request, known } = await requestFrom(builds, wish);
      try {
        yield* runBuild(builds, jobs, { request, left: signal }).news;
      } finally {
        known.store();
      }
    },
    'builds.watch': ({ build }, signal) => watchBuild(builds.database, build, signal),
  };
}

function withoutLogs(record: BuildRecord): BuildRecord {
  return { ...record, steps: record.steps.map((step) => ({ ...step, log: '' })) };
}

/** What becomes of it is in its record. */
async function drained(news: AsyncIterable<BuildNews>): Promise<void> {
  try {
    for await (const _ of news);
  } catch {
    // In the record, too.
  }
}

async function readSource(folder: string, file: string): Promise<{ dockerfile: string; ignore?: string }> {
  const path = resolve(folder, file === '' ? 'Dockerfile' : file);
  const dockerfile = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EngineError('not-found', `There is no Dockerfile at ${path}; name another folder or file.`, { cause });
  });
  const ignore = (await optionalText(`${path}.dockerignore`)) ?? (await optionalText(join(folder, '.dockerignore')));
  return { dockerfile, ...(ignore === undefined ? {} : { ignore }) };
}

async function optionalText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

async function requestFrom(
  builds: BuildParts,
  wish: BuildWish,
): Promise<{ readonly request: BuildRequest; readonly known: KnownDigests }> {
  const folder = await stat(wish.folder).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    throw new EngineError('invalid-argument', `${wish.folder} is no folder; name the build context.`);
  }
  const known = new KnownDigests(builds.database, wish.folder);
  return { request: requestOf(wish, new FolderSource(wish.folder, known, ignoreRules(wish.ignore ?? ''))), known };
}

function ignoreRules(text: string): IgnoreRules {
  try {
    return new IgnoreRules(text);
  } catch (error) {
    if (error instanceof DockerfileError)
      throw new EngineError('invalid-argument', `.dockerignore: ${error.message}`, { cause: error });
    throw error;
  }
}

function requestOf(wish: BuildWish, context: BuildRequest['context']): BuildRequest {
  const { folder, dockerfile, dockerfileName, tags, args, labels, target, platform, noCache, pull, network, secrets } =
    wish;
  const bytes = Object.entries(secrets).map(([id, text]) => [id, Buffer.from(text, 'base64')] as const);
  return {
    dockerfile,
    dockerfileName,
    context,
    project: `${folder} ${dockerfileName}`,
    references: tags.map((tag) => parseReference(tag)),
    args: new Map(Object.entries(args)),
    labels,
    target,
    platform: platform === undefined ? undefined : parsePlatform(platform),
    noCache,
    pull,
    network,
    extraHosts: [],
    secrets: new Map(bytes),
    memoryBytes: 0,
    shmSizeBytes: 0,
  };
}
