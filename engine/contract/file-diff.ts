import { z } from 'zod';

import { digest } from './digest.ts';

/**
 * One version of a file: as the stack `0..to` of an image has it, as a container has it now, or as it began with it, or as
 * a side of a comparison had it when they were compared.
 */
export const fileVersion = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), image: digest, to: z.int().min(0), path: z.string() }),
  z.object({ kind: z.literal('container'), id: z.string(), path: z.string() }),
  z.object({ kind: z.literal('container-began'), id: z.string(), path: z.string() }),
  z.object({
    kind: z.literal('compared'),
    comparison: z.string(),
    side: z.enum(['before', 'now']),
    path: z.string(),
  }),
]);
export type FileVersion = z.infer<typeof fileVersion>;

export const diffLine = z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() });
export type DiffLine = z.infer<typeof diffLine>;

/** Lines that follow one another in both texts. */
export const diffHunk = z.object({
  /** Number of the first line in each text, from 1. */
  before: z.int(),
  now: z.int(),
  lines: z.array(diffLine),
});
export type DiffHunk = z.infer<typeof diffHunk>;

/** How two versions of a file differ. */
export const fileDiff = z.object({
  /** `binary` when one of them is no text, `too-large` when one is more than is compared. */
  kind: z.enum(['same', 'text', 'binary', 'too-large']),
  /** Of `text`; a few lines around each difference. */
  hunks: z.array(diffHunk),
  /** Whether there are more differences than are told. */
  isCut: z.boolean(),
  beforeBytes: z.int(),
  nowBytes: z.int(),
});
export type FileDiff = z.infer<typeof fileDiff>;
