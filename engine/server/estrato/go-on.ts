import type { BuildRequest } from '#engine/build/build-request.ts';
import { runBuild } from '#engine/build/run-build.ts';
import type { BuildNews } from '#engine/contract/build.ts';
import type { Engine } from '#engine/server/engine.ts';

import type { BuildSource } from './build-source.ts';

/** A build that nobody waits for: what becomes of it is in its record. */
export function goOn(
  { builds, jobs }: Engine,
  source: BuildSource,
  request: BuildRequest = source.request,
): { readonly build: string } {
  const { id, news } = runBuild(builds, jobs, { request, left: nobodyLeaves() });
  void drained(news, source);
  return { build: id };
}

export function nobodyLeaves(): AbortSignal {
  return new AbortController().signal;
}

async function drained(news: AsyncIterable<BuildNews>, source: BuildSource): Promise<void> {
  await using _ = source;
  try {
    for await (const _each of news);
  } catch {
    // In the record, too.
  }
}
