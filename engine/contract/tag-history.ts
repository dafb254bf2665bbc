import { z } from 'zod';

import { digest } from './digest.ts';

/**
 * Why a tag moved: where its image came from, `tag` and `untag` by hand, `remove` with its image, `push` by somebody who
 * pushed to this engine, `restore` back to what it was.
 */
export const tagCause = z.enum([
  'pull',
  'load',
  'bootstrap',
  'build',
  'commit',
  'import',
  'tag',
  'untag',
  'remove',
  'push',
  'restore',
]);
export type TagCause = z.infer<typeof tagCause>;

/** An image that a tag led to, and what has become of it. */
export const tagTarget = z.object({
  id: digest,
  /** What it is called now, in familiar form. */
  names: z.array(z.string()),
  /** `held`: removed, but still here for the trash or for containers; `gone`: for good. */
  state: z.enum(['here', 'held', 'gone']),
});
export type TagTarget = z.infer<typeof tagTarget>;

/** One move of one tag. */
export const tagMove = z.object({
  /** Counts all moves of this store. */
  sequence: z.int(),
  /** In familiar form. */
  tag: z.string(),
  /** Missing when the tag was new. */
  from: tagTarget.optional(),
  /** Missing when it was taken away. */
  to: tagTarget.optional(),
  cause: tagCause,
  /** Unix milliseconds. */
  at: z.int(),
});
export type TagMove = z.infer<typeof tagMove>;
