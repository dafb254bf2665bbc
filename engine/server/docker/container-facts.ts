import { z } from 'zod';

import { diffContainer, type TreeChange } from '#engine/container/diff-container.ts';
import { topContainer } from '#engine/container/top-container.ts';

import type { Routes } from './context.ts';
import { parseInput } from './failures.ts';
import { text } from './query.ts';

interface ById {
  Params: { id: string };
}

/** `ChangeType` of the Docker Engine API. */
const kinds: Readonly<Record<TreeChange['kind'], number>> = { changed: 0, added: 1, deleted: 2 };

/** What can be learnt of containers beside their description. */
export const containerFactRoutes: Routes = (app, { engine }) => {
  const { containers } = engine;
  app.get<ById>('/containers/:id/top', async ({ params, query }) => {
    const { ps_args: psArguments } = parseInput(z.object({ ps_args: text }), query);
    const { titles, processes } = await topContainer(containers, params.id, psArguments);
    return { Titles: titles, Processes: processes };
  });
  app.get<ById>('/containers/:id/changes', async ({ params }) => {
    const changes = await diffContainer(containers, params.id);
    return changes.map(({ path, kind }) => ({ Path: path, Kind: kinds[kind] }));
  });
};
