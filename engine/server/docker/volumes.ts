import { z } from 'zod';

import { createVolume } from '#engine/volume/create-volume.ts';
import { measureVolume } from '#engine/volume/measure-volume.ts';
import { pruneVolumes } from '#engine/volume/prune-volumes.ts';
import { removeVolume, removeVolumeIfThere } from '#engine/volume/remove-volume.ts';
import { volumeData } from '#engine/volume/volume-dir.ts';
import type { VolumeParts } from '#engine/volume/volume-parts.ts';
import { isAnonymous, type Volume } from '#engine/volume/volume.ts';

import { speaksAtLeast } from './api-version.ts';
import type { Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { filterFlag, filterMatches, flag, hasLabels, parseFilters, text, type Filters } from './query.ts';

interface ByName {
  Params: { name: string };
}

/** `Volume` of the Docker Engine API. */
export interface DockerVolume {
  readonly Name: string;
  readonly Driver: string;
  readonly Mountpoint: string;
  readonly CreatedAt: string;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Scope: 'local';
  readonly Options: Readonly<Record<string, string>> | null;
  readonly UsageData?: { readonly Size: number; readonly RefCount: number };
}

const texts = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? undefined);
const createBody = z.object({ Name: text, Driver: text, DriverOpts: texts, Labels: texts });
const filtersQuery = z.object({ filters: text });

/** Before this version of the API pruning took every unused volume, and not only those that nobody named. */
const ANONYMOUS_ONLY_SINCE = '1.42';

export const volumeRoutes: Routes = (app, { engine }) => {
  const { volumes } = engine.containers;
  app.get('/volumes', ({ query }) => {
    const wanted = parseFilters(parseInput(filtersQuery, query).filters, ['name', 'label', 'dangling', 'driver']);
    const found = volumes.table.list().filter((volume) => isListed(volumes, volume, wanted));
    return { Volumes: found.map((volume) => dockerVolume(volumes, volume)), Warnings: [] };
  });
  app.get<ByName>('/volumes/:name', ({ params }) => dockerVolume(volumes, volumes.table.find(params.name)));
  app.post('/volumes/create', async ({ body }, reply) => {
    const { Name, Driver, DriverOpts, Labels } = parseInput(createBody, body ?? {});
    const made = await createVolume(volumes, { name: Name, driver: Driver, options: DriverOpts, labels: Labels });
    return reply.code(201).send(dockerVolume(volumes, made));
  });
  app.delete<ByName>('/volumes/:name', async ({ params, query }, reply) => {
    const { force } = parseInput(z.object({ force: flag }), query);
    await (force ? removeVolumeIfThere : removeVolume)(volumes, params.name);
    return reply.code(204).send();
  });
  app.post('/volumes/prune', async ({ query, originalUrl }) => {
    const wanted = parseFilters(parseInput(filtersQuery, query).filters, ['label', 'label!', 'all']);
    const all = filterFlag(wanted, 'all') ?? !speaksAtLeast(originalUrl, ANONYMOUS_ONLY_SINCE);
    const { removed, freedBytes } = await pruneVolumes(
      volumes,
      (volume) => (all || isAnonymous(volume)) && hasWantedLabels(volume, wanted),
    );
    return { VolumesDeleted: removed.map(({ name }) => name), SpaceReclaimed: freedBytes };
  });
};

/** What `docker system df` counts. */
export async function measuredVolumes(volumes: VolumeParts): Promise<readonly DockerVolume[]> {
  return Promise.all(
    volumes.table.list().map(async (volume) => {
      const Size = await measureVolume(volumes, volume.name);
      const RefCount = volumes.usage.users(volume.name).length;
      return { ...dockerVolume(volumes, volume), UsageData: { Size, RefCount } };
    }),
  );
}

/** Where there is nothing Docker has `null`. */
function dockerVolume(parts: VolumeParts, { name, createdAt, labels, options }: Volume): DockerVolume {
  const orNull = (found: Volume['labels']): Volume['labels'] | null => (Object.keys(found).length === 0 ? null : found);
  return {
    CreatedAt: new Date(createdAt).toISOString(),
    Driver: 'local',
    Labels: orNull(labels),
    Mountpoint: volumeData(parts, name),
    Name: name,
    Options: orNull(options),
    Scope: 'local',
  };
}

function isListed(parts: VolumeParts, volume: Volume, wanted: Filters): boolean {
  const dangling = filterFlag(wanted, 'dangling');
  return (
    filterMatches(wanted, 'name', (value) => volume.name.includes(value)) &&
    filterMatches(wanted, 'driver', (value) => value === 'local') &&
    hasLabels(volume.labels, wanted.get('label') ?? []) &&
    (dangling === undefined || dangling === (parts.usage.users(volume.name).length === 0))
  );
}

function hasWantedLabels({ labels }: Volume, wanted: Filters): boolean {
  const unwanted = wanted.get('label!') ?? [];
  return hasLabels(labels, wanted.get('label') ?? []) && !unwanted.some((label) => hasLabels(labels, [label]));
}
