import { z } from 'zod';

/** The bytes of the files that both show, by what they are and not by where. Each content counts once. */
export const comparedContent = z.object({
  sharedBytes: z.int(),
  /** What only one of them has. */
  beforeBytes: z.int(),
  nowBytes: z.int(),
  /** Contents of a path that went which one that came has: the largest first, and only so many. */
  moved: z.array(z.object({ from: z.string(), to: z.string(), size: z.int() })),
});
export type ComparedContent = z.infer<typeof comparedContent>;
