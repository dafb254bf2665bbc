import { EngineError } from '#engine/contract/errors.ts';

import type { Routes } from './context.ts';

/** Routes of the Docker Engine API that this version does without, and what they are called by people. */
const absent: readonly (readonly ['GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE', string, string])[] = [];

/** Each says in a sentence that it isn't there: a `404` would have people look for their own mistake. */
export const laterRoutes: Routes = (app) => {
  for (const [method, url, name] of absent) {
    app.route({
      method,
      url,
      handler: () => {
        throw new EngineError('unsupported', `This version of Estrato has no \`${name}\` yet.`);
      },
    });
  }
};
