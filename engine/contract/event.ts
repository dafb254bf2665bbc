import { z } from 'zod';

import { job } from './job.ts';

/** Something that happened to an image or a container, with Docker's words for it (Docker Engine API, `GET /events`). */
export const engineEvent = z.object({
  /** Docker's `Type`; `trash` is ours: `put`, `measure`, `restore`, `remove`. */
  type: z.enum(['image', 'container', 'daemon', 'network', 'volume', 'trash']),
  /** Docker's `Action`: `pull`, `tag`, `untag`, `delete`, `load`; `create`, `start`, `die`, `destroy`, `exec_start: sh` … */
  action: z.string(),
  /** Docker's `Actor.ID`. */
  id: z.string(),
  attributes: z.record(z.string(), z.string()),
  /** Unix milliseconds. */
  time: z.int(),
});
export type EngineEvent = z.infer<typeof engineEvent>;

/** What a window follows: events, and jobs as they move (at most ten a second each). */
export const engineNews = z.union([z.object({ event: engineEvent }), z.object({ job })]);
export type EngineNews = z.infer<typeof engineNews>;
