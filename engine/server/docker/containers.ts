import { z } from 'zod';

import type { ContainerParts } from '#engine/container/container-parts.ts';
import { createContainer } from '#engine/container/create-container.ts';
import { inspectContainer } from '#engine/container/inspect-container.ts';
import { killContainer } from '#engine/container/kill-container.ts';
import { listContainers } from '#engine/container/list-containers.ts';
import { removeContainer } from '#engine/container/remove-container.ts';
import { renameContainer } from '#engine/container/rename-container.ts';
import { resizeContainer } from '#engine/container/resize-container.ts';
import { restartContainer } from '#engine/container/restart-container.ts';
import { startContainer } from '#engine/container/start-container.ts';
import { stopContainer } from '#engine/container/stop-container.ts';
import type { ContainerSummary } from '#engine/contract/container.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { findByName } from '#engine/image/resolve-image.ts';
import { parsePlatform } from '#engine/oci/platform.ts';

import { speaksAtLeast } from './api-version.ts';
import { withSizes } from './container-sizes.ts';
import { dockerContainersText, dockerContainerInspect } from './container-body.ts';
import type { Routes } from './context.ts';
import { createBody, requestOf } from './create-body.ts';
import { parseInput } from './failures.ts';
import { fitsExpression } from './name-pattern.ts';
import { count, filterMatches, flag, hasLabels, parseFilters, sizeQuery, text, type Filters } from './query.ts';

interface ById {
  Params: { id: string };
}

const listQuery = z.object({ all: flag, limit: count, size: flag, filters: text });
const createQuery = z.object({
  name: text,
  platform: text.transform((value) => (value === undefined || value === '' ? undefined : parsePlatform(value))),
});
/** Bytes of a body that says nothing, as clients send it: `{}`, `null`. */
const LONGEST_NOTHING = 7;
const START_BODY = 'starting container with non-empty request body was deprecated since API v1.22 and removed in v1.24';
/** Who asks for a link to be removed means to keep the container. */
const NO_LINKS =
  'This engine has no links of one container to another that could be removed: networks give them names.';
const stopQuery = z.object({ t: count, signal: text });

export const containerRoutes: Routes = (app, { engine }) => {
  const { containers } = engine;
  app.get('/containers/json', async ({ query }, reply) => {
    const asked = parseInput(listQuery, query);
    const found = list(containers, asked);
    const text = dockerContainersText(asked.size ? await withSizes(engine, found) : found);
    return reply.type('application/json').send(text);
  });
  app.post('/containers/create', async ({ query, body, originalUrl }, reply) => {
    const asked = requestOf(parseInput(createBody, body));
    const made = await createContainer(containers, {
      ...asked,
      // Before it was the engine's, clients did it themselves, after they had asked for the exit code.
      autoRemove: asked.autoRemove === true && speaksAtLeast(originalUrl, '1.25'),
      ...parseInput(createQuery, query),
    });
    return reply.code(201).send({ Id: made.id, Warnings: made.warnings });
  });
  app.get<ById>('/containers/:id/json', async ({ params, query, originalUrl }) => {
    const found = dockerContainerInspect(inspectContainer(containers, params.id), originalUrl);
    const { size } = parseInput(z.object({ size: flag }), query);
    return size ? (await withSizes(engine, [found]))[0] : found;
  });
  app.post<ById>('/containers/:id/start', async ({ params, headers }, reply) => {
    if (Number(headers['content-length'] ?? 0) > LONGEST_NOTHING) throw new EngineError('invalid-argument', START_BODY);
    await startContainer(containers, params.id);
    return reply.code(204).send();
  });
  app.post<ById>('/containers/:id/stop', async ({ params, query }, reply) => {
    const { t, signal } = parseInput(stopQuery, query);
    await stopContainer(containers, params.id, { timeoutSeconds: t, signal });
    return reply.code(204).send();
  });
  app.post<ById>('/containers/:id/restart', async ({ params, query }, reply) => {
    const { t, signal } = parseInput(stopQuery, query);
    await restartContainer(containers, params.id, { timeoutSeconds: t, signal });
    return reply.code(204).send();
  });
  app.post<ById>('/containers/:id/kill', async ({ params, query }, reply) => {
    const { signal } = parseInput(z.object({ signal: text }), query);
    await killContainer(containers, params.id, signal === '' ? undefined : signal);
    return reply.code(204).send();
  });
  app.post<ById>('/containers/:id/rename', async ({ params, query }, reply) => {
    await renameContainer(containers, params.id, parseInput(z.object({ name: text }), query).name ?? '');
    return reply.code(204).send();
  });
  app.post<ById>('/containers/:id/resize', async ({ params, query }, reply) => {
    await resizeContainer(containers, params.id, 'main', parseInput(sizeQuery, query));
    return reply.send();
  });
  app.delete<ById>('/containers/:id', async ({ params, query }, reply) => {
    const { force, v, link } = parseInput(z.object({ force: flag, v: flag, link: flag }), query);
    if (link) throw new EngineError('invalid-argument', NO_LINKS);
    await removeContainer(containers, params.id, { force, withVolumes: v });
    return reply.code(204).send();
  });
};

const FILTERS = [
  'id',
  'name',
  'label',
  'status',
  'exited',
  'ancestor',
  'before',
  'since',
  'network',
  'volume',
  'health',
];

function list(
  containers: ContainerParts,
  { all, limit, filters }: z.infer<typeof listQuery>,
): readonly ContainerSummary[] {
  const wanted = parseFilters(filters, FILTERS);
  const isWhole = all || (limit !== undefined && limit > 0) || ['status', 'exited'].some((name) => wanted.has(name));
  const ancestors = (wanted.get('ancestor') ?? []).map((name) => imageId(containers, name));
  const createdAt = (name: 'before' | 'since'): number | undefined => {
    const [ref] = wanted.get(name) ?? [];
    return ref === undefined ? undefined : containers.table.find(ref).createdAt;
  };
  const { before = Infinity, since = -Infinity } = { before: createdAt('before'), since: createdAt('since') };
  const found = listContainers(containers, { all: isWhole }).filter((container) => {
    const at = containers.table.get(container.Id)?.createdAt ?? 0;
    return at < before && at > since && isWanted(container, wanted) && isOf(container, ancestors);
  });
  return limit !== undefined && limit > 0 ? found.slice(0, limit) : found;
}

function isWanted(container: ContainerSummary, wanted: Filters): boolean {
  const { Id, Names, State, Labels, NetworkSettings, Mounts } = container;
  return (
    filterMatches(wanted, 'id', (value) => Id.startsWith(value)) &&
    filterMatches(wanted, 'name', (value) =>
      Names.some((name) => [name, name.slice(1)].some((each) => fitsExpression(each, value))),
    ) &&
    filterMatches(wanted, 'status', (value) => State === value) &&
    filterMatches(wanted, 'network', (value) => Object.hasOwn(NetworkSettings.Networks, value)) &&
    filterMatches(wanted, 'volume', (value) =>
      Mounts.some((mount) => [mount.Name, mount.Source, mount.Destination].includes(value)),
    ) &&
    filterMatches(wanted, 'health', (value) => (container.health ?? 'none') === value) &&
    filterMatches(wanted, 'exited', (value) => State === 'exited' && container.exitCode === Number(value)) &&
    hasLabels(Labels, wanted.get('label') ?? [])
  );
}

function isOf({ ImageID }: ContainerSummary, ancestors: readonly (string | undefined)[]): boolean {
  return ancestors.length === 0 || ancestors.includes(ImageID);
}

function imageId({ database }: ContainerParts, name: string): string | undefined {
  try {
    return findByName(database, name).id;
  } catch (error) {
    // Nothing was made from an image that isn't there.
    if (error instanceof EngineError && error.code === 'not-found') return undefined;
    throw error;
  }
}
