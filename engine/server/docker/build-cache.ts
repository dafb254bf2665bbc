import { listBuildCache, type BuildCacheRecord } from '#engine/build/build-cache-usage.ts';
import type { BuildParts } from '#engine/build/build-parts.ts';

/** What Docker calls each kind. */
export const cacheKinds = {
  step: { Type: 'regular', Description: 'a step of a build' },
  mount: { Type: 'exec.cachemount', Description: 'a directory of RUN --mount=type=cache' },
  context: { Type: 'source.local', Description: 'a folder that a client has sent' },
} as const;

/** `BuildCache` of the Docker Engine API. */
export async function dockerBuildCache(builds: BuildParts, signal: AbortSignal): Promise<readonly object[]> {
  return (await listBuildCache(builds, signal)).map(dockerRecord);
}

function dockerRecord({ kind, id, bytes, usedAt, isInUse, isShared }: BuildCacheRecord): object {
  const lastUsed = new Date(usedAt).toISOString();
  return {
    ID: id,
    Parents: [],
    ...cacheKinds[kind],
    InUse: isInUse,
    Shared: isShared,
    Size: bytes,
    CreatedAt: lastUsed,
    LastUsedAt: lastUsed,
    UsageCount: 1,
  };
}
