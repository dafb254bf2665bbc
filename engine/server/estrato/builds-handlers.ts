import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { findBuild, listBuilds, watchBuild } from '#engine/build/build-records.ts';
import { compareBuilds } from '#engine/build/compare-builds.ts';
import { runBuild } from '#engine/build/run-build.ts';
import { saveDockerfile } from '#engine/build/save-dockerfile.ts';
import type { BuildNews, BuildRecord } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf, DuplexesOf, StreamsOf } from './area.ts';
import { BuildSource } from './build-source.ts';

export function buildCalls(engine: Engine): CallsOf<'builds'> {
  const { builds } = engine;
  return {
    'builds.list': async () => listBuilds(builds.database).map(withoutLogs),
    'builds.compare': async ({ before, now }) =>
      compareBuilds(findBuild(builds.database, before), findBuild(builds.database, now)),
    'builds.read': ({ folder, file }) => readSource(folder, file),
    'builds.save': async ({ folder, file, dockerfile, known }) => {
      await saveDockerfile({ folder, file, dockerfile, known });
      return {};
    },
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

/** A build that nobody waits for: what becomes of it is in its record. */
function goOn({ builds, jobs }: Engine, source: BuildSource): { readonly build: string } {
  const { id, news } = runBuild(builds, jobs, { request: source.request, left: nobodyLeaves() });
  void drained(news, source);
  return { build: id };
}

function nobodyLeaves(): AbortSignal {
  return new AbortController().signal;
}

function withoutLogs(record: BuildRecord): BuildRecord {
  return { ...record, steps: record.steps.map((step) => ({ ...step, log: '' })) };
}

async function drained(news: AsyncIterable<BuildNews>, source: BuildSource): Promise<void> {
  await using _ = source;
  try {
    for await (const _each of news);
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
