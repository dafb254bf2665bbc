import { z } from 'zod';

import { pruneBuilds } from '#engine/build/prune-builds.ts';
import { pruneContainers } from '#engine/container/prune-containers.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { pruneImages } from '#engine/image/prune-images.ts';

import type { Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { filterFlag, flag, hasLabels, moment, parseFilters, text, type Filters } from './query.ts';

const pruneQuery = z.object({ filters: text });

/** What nobody uses goes; what `docker system prune` is made of. */
export const pruneRoutes: Routes = (app, { engine }) => {
  const { containers, images, builds } = engine;
  app.post('/containers/prune', async ({ query }) => {
    const filters = parseFilters(parseInput(pruneQuery, query).filters, ['until', 'label', 'label!']);
    const until = untilOf(filters);
    const { ids, freedBytes } = await pruneContainers(
      containers,
      ({ createdAt, config }) => createdAt < until && isLabelled(config.labels, filters),
    );
    return { ContainersDeleted: ids, SpaceReclaimed: freedBytes };
  });
  app.post('/images/prune', async ({ query }) => {
    const filters = parseFilters(parseInput(pruneQuery, query).filters, ['dangling', 'until', 'label', 'label!']);
    const until = untilOf(filters);
    const isAll = filterFlag(filters, 'dangling') === false;
    const { untagged, deleted, freedBytes } = await pruneImages(
      images,
      ({ RepoTags, Labels, Created }) =>
        (isAll || RepoTags.length === 0) && Created * 1000 < until && isLabelled(Labels, filters),
    );
    return {
      ImagesDeleted: [...untagged.map((Untagged) => ({ Untagged })), ...deleted.map((Deleted) => ({ Deleted }))],
      SpaceReclaimed: freedBytes,
    };
  });
  app.post('/build/prune', async ({ query }) => {
    const { filters, all } = parseInput(z.object({ filters: text, all: flag }), query);
    const unusedSince = untilOf(parseFilters(filters, ['until', 'unused-for', 'id', 'parent', 'type', 'inuse']));
    const { keys, freedBytes } = await pruneBuilds(builds, {
      unusedSince: Math.min(unusedSince, Date.now() + 1),
      withMounts: all,
    });
    return { CachesDeleted: keys, SpaceReclaimed: freedBytes };
  });
};

function isLabelled(labels: Readonly<Record<string, string>>, filters: Filters): boolean {
  const isExcluded = (filters.get('label!') ?? []).some((label) => hasLabels(labels, [label]));
  return !isExcluded && hasLabels(labels, filters.get('label') ?? []);
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Unix milliseconds: of a moment, or of how long ago it was in Go's spelling, `1h30m`. */
export function untilOf(filters: Filters): number {
  const [value, ...others] = filters.get('until') ?? [];
  if (value === undefined) return Infinity;
  if (others.length > 0) throw new EngineError('invalid-argument', 'more than one until filter specified');
  if (!/^(\d+(\.\d+)?(ms|h|m|s))+$/.test(value)) return parseInput(moment, value) ?? Infinity;
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)];
  return Date.now() - parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0);
}
