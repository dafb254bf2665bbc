import type { Engine } from '#engine/server/engine.ts';

import type { CallsOf } from './area.ts';

export function jobCalls({ jobs }: Engine): CallsOf<'jobs'> {
  return {
    'jobs.list': async () => [...jobs.list()],
    'jobs.cancel': async ({ id }) => {
      jobs.cancel(id);
      return {};
    },
    'jobs.pause': async ({ id }) => {
      jobs.pause(id);
      return {};
    },
    'jobs.resume': async ({ id }) => {
      jobs.resume(id);
      return {};
    },
    'jobs.dismiss': async ({ id }) => {
      jobs.dismiss(id);
      return {};
    },
  };
}
