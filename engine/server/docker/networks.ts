import { EngineError } from '#engine/contract/errors.ts';

import type { Routes } from './context.ts';

/** Networks a container can be given so far: none of its own but loopback, or the machine's. */
const networks = ['none', 'host'].map((name) => ({
  Name: name,
  Id: name.padEnd(64, '0'),
  Created: '0001-01-01T00:00:00Z',
  Scope: 'local',
  Driver: name === 'none' ? 'null' : name,
  EnableIPv4: true,
  EnableIPv6: false,
  IPAM: { Driver: 'default', Options: {}, Config: [] },
  Internal: false,
  Attachable: false,
  Ingress: false,
  ConfigFrom: { Network: '' },
  ConfigOnly: false,
  Containers: {},
  Options: {},
  Labels: {},
}));

export const networkRoutes: Routes = (app) => {
  app.get('/networks', () => networks);
  app.get<{ Params: { id: string } }>('/networks/:id', ({ params }) => {
    const found = networks.find(({ Name, Id }) => Name === params.id || Id === params.id);
    if (found === undefined) throw new EngineError('not-found', `network ${params.id} not found`);
    return found;
  });
  app.post('/networks/prune', () => ({ NetworksDeleted: [] }));
};
