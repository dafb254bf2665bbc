import { z } from 'zod';

import { job } from './job.ts';

/** Something that happened to an image or a container, with Docker's words for it (Docker Engine API, `GET /events`). */
export const engineEvent = z.object({
  /**
   * Docker's `Type`. Ours are `trash` (`put`, `measure`, `restore`, `remove`), `save-point` (`create`, `restore`,
   * `remove`; the id is the volume's name) and `store` (`measure`: what is here is known by its bytes now).
   */
  type: z.enum(['image', 'container', 'daemon', 'network', 'volume', 'builder', 'trash', 'save-point', 'store']),
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
