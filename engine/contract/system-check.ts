import { z } from 'zod';

import { capability } from './capability.ts';

/** One thing about the machine that an engine leans on: how it is here, why it matters, what changes it. */
export const finding = capability.extend({
  id: z.enum(['kernel', 'control-groups', 'tools', 'disk', 'other-engines', ...capability.shape.id.options]),
  /** A sentence. */
  why: z.string(),
});
export type Finding = z.infer<typeof finding>;
