import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { readOptional } from '#engine/async/read-optional.ts';
import { BuildAside } from '#engine/build/build-aside.ts';
import type { BuildParts } from '#engine/build/build-parts.ts';
import { parseRemoteContext, type RemoteContext } from '#engine/build/named-context.ts';
import { openRemoteContext } from '#engine/build/remote-context.ts';
import { EngineError } from '#engine/contract/errors.ts';

interface ReadSource {
  readonly dockerfile: string;
  readonly ignore?: string;
}

/** A context's Dockerfile and its rules. @throws EngineError `not-found`. */
export async function readSource(builds: BuildParts, folder: string, file: string): Promise<ReadSource> {
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
