import { z } from 'zod';

import { hiddenPath, secretPlace } from './waste.ts';

/** What is in a build's own layers that nobody meant to ship; layers are their places in the image, base = 0. */
export const buildFindings = z.object({
  /** Bytes of files that a layer ships and one above hides. */
  wastedBytes: z.int(),
  /** Those with the most bytes. */
  hidden: z.array(hiddenPath),
  secrets: z.array(secretPlace),
});
export type BuildFindings = z.infer<typeof buildFindings>;
