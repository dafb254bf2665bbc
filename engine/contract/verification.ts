import { z } from 'zod';

import { digest } from './digest.ts';
import { namedImage } from './store.ts';

/** A blob or a layer that is not what it is called, or not there. */
export const finding = z.object({
  kind: z.enum(['blob', 'layer']),
  digest,
  /** `busy`: a running container has it, and it can't be put right under it. */
  state: z.enum(['repaired', 'lost', 'busy']),
  /** What is wrong, what was done about it, and what to do: a sentence or two. */
  message: z.string(),
  neededBy: z.array(namedImage),
});
export type Finding = z.infer<typeof finding>;

/** How far everything has been read again. */
export const verification = z.object({
  checked: z.int(),
  total: z.int(),
  /** On the disk. */
  checkedBytes: z.int(),
  totalBytes: z.int(),
  findings: z.array(finding),
});
export type Verification = z.infer<typeof verification>;
