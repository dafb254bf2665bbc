import { pauseContainer } from '#engine/container/pause-container.ts';
import { unpauseContainer } from '#engine/container/unpause-container.ts';

import type { Routes } from './context.ts';

interface ById {
  Params: { id: string };
}

/** What is done to containers that are there. */
export const containerControlRoutes: Routes = (app, { engine }) => {
  const { containers } = engine;
  app.post<ById>('/containers/:id/pause', async ({ params }, reply) => {
    await pauseContainer(containers, params.id);
    return reply.code(204).send();
  });
  app.post<ById>('/containers/:id/unpause', async ({ params }, reply) => {
    await unpauseContainer(containers, params.id);
    return reply.code(204).send();
  });
};
