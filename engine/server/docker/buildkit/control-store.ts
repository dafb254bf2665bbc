import { listBuildCache } from '#engine/build/build-cache-usage.ts';
import { pruneBuilds } from '#engine/build/prune-builds.ts';
import { hostPlatform } from '#engine/image/choose-manifest.ts';
import { cacheKinds } from '#engine/server/docker/build-cache.ts';
import type { DockerContext } from '#engine/server/docker/context.ts';

import { DiskUsageResponse, InfoResponse, ListWorkersResponse, PruneRequest, UsageRecord } from './control-messages.ts';
import type { GrpcMethod } from './grpc-server.ts';
import { timestampOf } from './timestamp.ts';

/** What BuildKit's clients ask of the one who builds, and of what it keeps: `buildx ls`, `inspect`, `du`, `prune`. */
export function storeMethods({ engine }: DockerContext): readonly (readonly [string, GrpcMethod])[] {
  const BuildkitVersion = { package: 'estrato', version: `v${engine.version}`, revision: '' };
  return [
    [
      'ListWorkers',
      async function* () {
        const { architecture, os, variant = '' } = hostPlatform;
        const platforms = [{ Architecture: architecture, OS: os, Variant: variant }];
        yield ListWorkersResponse.encode({ record: [{ ID: 'estrato', Labels: {}, platforms, BuildkitVersion }] });
      },
    ],
    [
      'Info',
      async function* () {
        yield InfoResponse.encode({ buildkitVersion: BuildkitVersion });
      },
    ],
    [
      'DiskUsage',
      async function* ({ signal }) {
        const kept = await listBuildCache(engine.builds, signal);
        const record = kept.map(({ kind, id, bytes, usedAt, isInUse, isShared }) => ({
          ID: id,
          InUse: isInUse,
          Size: bytes,
          CreatedAt: timestampOf(usedAt),
          LastUsedAt: timestampOf(usedAt),
          Description: cacheKinds[kind].Description,
          RecordType: cacheKinds[kind].Type,
          Shared: isShared,
        }));
        yield DiskUsageResponse.encode({ record });
      },
    ],
    [
      'Prune',
      async function* ({ message }) {
        const { all, keepDuration } = PruneRequest.decode(message);
        const unusedSince = Date.now() + 1 - keepDuration / 1e6;
        const { freedBytes } = await pruneBuilds(engine.builds, { unusedSince, withMounts: all });
        yield UsageRecord.encode({ ID: 'steps', Size: freedBytes, RecordType: 'regular' });
      },
    ],
  ];
}
