import { dirname } from 'node:path';

import { findBuild } from '#engine/build/build-records.ts';
import type { BuildRecord } from '#engine/contract/build.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { Answer, Params } from '#engine/contract/methods.ts';
import type { Engine } from '#engine/server/engine.ts';

import { BuildSource, type Written } from './build-source.ts';
import { goOn, nobodyLeaves } from './go-on.ts';
import { readSource } from './read-source.ts';

/** Builds once more what a record says. @throws EngineError as `BuildSource.again` does. */
export async function rebuild(
  engine: Engine,
  { build, secrets }: Params<'builds.rebuild'>,
): Promise<Answer<'builds.rebuild'>> {
  const { builds } = engine;
  const record = findBuild(builds.database, build);
  const written = await writtenNow(engine, record);
  return goOn(engine, await BuildSource.again(builds, record, { secrets, written }, nobodyLeaves()));
}

/** The Dockerfile and the rules as their files are; undefined where they weren't files, or are gone. */
async function writtenNow({ builds }: Engine, { parameters }: BuildRecord): Promise<Written | undefined> {
  const path = parameters?.dockerfilePath;
  if (parameters === undefined || path === undefined) return undefined;
  try {
    return await readSource(builds, parameters.folder.startsWith('/') ? parameters.folder : dirname(path), path);
  } catch (error) {
    if (toEngineError(error).code === 'not-found') return undefined;
    throw error;
  }
}
