import { EngineError } from '#engine/contract/errors.ts';

import type { Routes } from './context.ts';

/** There are no volumes yet; clients that ask for all of them are told so in the shape they expect. */
export const volumeRoutes: Routes = (app) => {
  app.get('/volumes', () => ({ Volumes: [], Warnings: [] }));
  app.get<{ Params: { name: string } }>('/volumes/:name', ({ params }) => {
    throw new EngineError('not-found', `get ${params.name}: no such volume`);
  });
  app.post('/volumes/prune', () => ({ VolumesDeleted: [], SpaceReclaimed: 0 }));
};
