import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { readOptional } from '#engine/async/read-optional.ts';
import { BuildAside } from '#engine/build/build-aside.ts';
import type { BuildParts } from '#engine/build/build-parts.ts';
import { findBuild, listBuilds, watchBuild } from '#engine/build/build-records.ts';
import { compareBuilds } from '#engine/build/compare-builds.ts';
import { parseRemoteContext, type RemoteContext } from '#engine/build/named-context.ts';
import { openRemoteContext } from '#engine/build/remote-context.ts';
import { runBuild } from '#engine/build/run-build.ts';
import { saveDockerfile } from '#engine/build/save-dockerfile.ts';
import { closeStepShell } from '#engine/build/step-shell.ts';
import type { BuildRecord } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, DuplexesOf, StreamsOf } from './area.ts';
import { BuildSource } from './build-source.ts';
import { goOn, nobodyLeaves } from './go-on.ts';
import { continueBuild, openShell } from './step-shell-handlers.ts';

export function buildCalls(engine: Engine): CallsOf<'builds'> {
  const { builds } = engine;
  return {
    'builds.list': async () => listBuilds(builds.database).map(withoutLogs),
    'builds.compare': async ({ before, now }) =>
      compareBuilds(findBuild(builds.database, before), findBuild(builds.database, now)),
    'builds.read': ({ folder, file }) => readSource(builds, folder, file),
    'builds.save': async ({ folder, file, dockerfile, known }) => {
      await saveDockerfile({ folder, file, dockerfile, known });
      return {};
    },
    'builds.openShell': (wish) => openShell(engine, wish),
    'builds.closeShell': async ({ shell }) => {
      await closeStepShell(builds, shell);
      return {};
    },
    'builds.continue': (wish) => continueBuild(engine, wish),
    'builds.start': async (wish) => goOn(engine, await BuildSource.open(builds, wish, nobodyLeaves())),
  };
}

export function buildStreams({ builds, jobs }: Engine): StreamsOf<'builds'> {
  return {
    'builds.run': async function* (wish, signal) {
      await using source = await BuildSource.open(builds, wish, signal);
      yield* runBuild(builds, jobs, { request: source.request, left: signal }).news;
    },
    'builds.watch': ({ build }, signal) => watchBuild(builds.database, build, signal),
  };
}

export function buildDuplexes(engine: Engine): DuplexesOf<'builds'> {
  return {
    'builds.startFrom': async (wish, peer, signal) => {
      const source = await BuildSource.receive(engine.builds, { wish, tar: peer.bytes }, signal);
      return goOn(engine, source);
    },
  };
}

function withoutLogs(record: BuildRecord): BuildRecord {
  return { ...record, steps: record.steps.map((step) => ({ ...step, log: '' })) };
}

interface ReadSource {
  readonly dockerfile: string;
  readonly ignore?: string;
}

async function readSource(builds: BuildParts, folder: string, file: string): Promise<ReadSource> {
  const remote = parseRemoteContext(folder);
  if (remote !== undefined) return fetchSource(builds, remote, file);
  const path = resolve(folder, file === '' ? 'Dockerfile' : file);
  const dockerfile = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EngineError('not-found', `There is no Dockerfile at ${path}; name another folder or file.`, { cause });
  });
  const ignore = (await readOptional(`${path}.dockerignore`)) ?? (await readOptional(join(folder, '.dockerignore')));
  return { dockerfile, ...(ignore === undefined ? {} : { ignore }) };
}

async function fetchSource({ images }: BuildParts, remote: RemoteContext, file: string): Promise<ReadSource> {
  await using aside = await BuildAside.open(images, new AbortController().signal);
  const name = file === '' ? 'Dockerfile' : file;
  const { dockerfile, ignore } = await openRemoteContext(images, aside, { remote, name });
  return { dockerfile, ...(ignore === undefined ? {} : { ignore }) };
}
