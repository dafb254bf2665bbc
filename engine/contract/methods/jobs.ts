import { z } from 'zod';

import { job } from '#engine/contract/job.ts';
import { call, nothing } from '#engine/contract/method.ts';

/** What goes on for a while: pulls, pushes, verifications. */
export const jobMethods = {
  'jobs.list': call(nothing, z.array(job)),
  'jobs.cancel': call(z.object({ id: z.string() }), nothing),
  /** What it has moved stays; it is `paused` once it has let go. @throws `conflict` when it can't be, or doesn't run. */
  'jobs.pause': call(z.object({ id: z.string() }), nothing),
  /** Goes on with a paused job, also another engine's, or tries a failed one again. */
  'jobs.resume': call(z.object({ id: z.string() }), nothing),
  /** Takes an ended job off the list. */
  'jobs.dismiss': call(z.object({ id: z.string() }), nothing),
};
