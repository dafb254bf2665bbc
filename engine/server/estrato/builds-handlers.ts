import { stat } from 'node:fs/promises';

import { listBuilds } from '#engine/build/build-records.ts';
import type { BuildRequest } from '#engine/build/build-request.ts';
import { FolderSource } from '#engine/build/folder-source.ts';
import { KnownDigests } from '#engine/build/known-digests.ts';
import { runBuild } from '#engine/build/run-build.ts';
import type { BuildNews, BuildWish } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import { IgnoreRules } from '#engine/dockerfile/ignore-rules.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';
import { parsePlatform } from '#engine/oci/platform.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, StreamsOf } from './area.ts';

export function buildCalls({ builds }: Engine): CallsOf<'builds'> {
  return { 'builds.list': async () => [...listBuilds(builds.database)] };
}

export function buildStreams(engine: Engine): StreamsOf<'builds'> {
  return { 'builds.run': (wish, signal) => run(engine, wish, signal) };
}

async function* run({ builds, jobs }: Engine, wish: BuildWish, left: AbortSignal): AsyncGenerator<BuildNews> {
  const folder = await stat(wish.folder).catch(() => undefined);
  if (folder?.isDirectory() !== true) {
    throw new EngineError('invalid-argument', `${wish.folder} is no folder; name the build context.`);
  }
  const known = new KnownDigests(builds.database);
  const ignored = ignoreRules(wish.ignore ?? '');
  const context = new FolderSource(wish.folder, known, ignored);
  try {
    yield* runBuild(builds, jobs, { request: requestOf(wish, context), left });
  } finally {
    known.store();
  }
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
