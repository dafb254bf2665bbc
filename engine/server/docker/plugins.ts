import { EngineError } from '#engine/contract/errors.ts';

import type { Routes } from './context.ts';

interface ByName {
  Params: { '*': string };
}

/** Plugins' names have slashes; these words end a path that is about one. */
const VERB = /\/(?:json|enable|disable|set|upgrade|push)$/;

/** Everything of plugins, answered as an engine does that has none: no program of somebody else's runs inside it. */
export const pluginRoutes: Routes = (app) => {
  app.get('/plugins', () => []);
  app.get('/plugins/privileges', refuse);
  app.post('/plugins/pull', refuse);
  app.post('/plugins/create', refuse);
  for (const method of ['GET', 'POST', 'DELETE'] as const) {
    app.route<ByName>({
      method,
      url: '/plugins/*',
      handler: ({ params }) => {
        throw new EngineError('not-found', `plugin "${params['*'].replace(VERB, '')}" not found`);
      },
    });
  }
};

function refuse(): never {
  throw new EngineError('unsupported', 'This engine runs no plugins: its volumes, networks and logs are its own.');
}
