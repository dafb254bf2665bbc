import { z } from 'zod';

import { digest } from '#engine/contract/digest.ts';
import { trashCause, trashKind } from '#engine/contract/trash.ts';

/** A directory that moves: whole, by one rename. */
export const trashPiece = z.object({
  /** Where it belongs, from the data root: `containers/ID`. */
  at: z.string(),
  /** What it is called in the entry's directory. */
  as: z.string(),
});
export type TrashPiece = z.infer<typeof trashPiece>;

/** An entry as it is kept. Times are unix milliseconds. */
export const trashRecord = z.object({
  id: z.string(),
  kind: trashKind,
  name: z.string(),
  cause: trashCause,
  removedAt: z.int(),
  /** The entry that it came with. */
  owner: z.string().optional(),
  /** What it can't come back without. */
  imageId: digest.optional(),
  pieces: z.array(trashPiece),
  /** What its folder makes it from again. */
  record: z.unknown(),
  /**
   * `coming`: the subject is being removed, or is gone already; `here`: only in the trash; `returning`: its pieces may be
   * where they belong again, the subject isn't there yet.
   */
  phase: z.enum(['coming', 'here', 'returning']),
  /** Missing until it is known to be on the disk, and measured. */
  bytes: z.int().optional(),
});
export type TrashRecord = Readonly<z.infer<typeof trashRecord>>;

/** What somebody puts into the trash. */
export type NewTrash = Omit<TrashRecord, 'phase' | 'bytes' | 'removedAt'>;
