import { z } from 'zod';

import { digest } from './digest.ts';

export const trashKind = z.enum(['container', 'volume', 'image', 'tag']);
export type TrashKind = z.infer<typeof trashKind>;

/** Why something went: somebody removed it, it was to go with its end (`--rm`), or nobody used it (`prune`). */
export const trashCause = z.enum(['removed', 'ended', 'pruned']);
export type TrashCause = z.infer<typeof trashCause>;

/** Something that was removed and can come back as it was. */
export const trashEntry = z.object({
  /** 64 hex digits; of a container its own id. Methods take a unique prefix too. */
  id: z.string(),
  kind: trashKind,
  /** What it was called; of an image without a name the beginning of its id. */
  name: z.string(),
  /**
   * Whether something else has that name by now: it comes back under another one only. Of an image: whether any of its
   * tags leads elsewhere.
   */
  isNameTaken: z.boolean(),
  cause: trashCause,
  /** Unix milliseconds. */
  removedAt: z.int(),
  /** On the disk, with what came along: what goes with it when it goes for good. Missing until it has been measured. */
  bytes: z.int().optional(),
  /** Volumes that went with a container and come back with it. */
  volumes: z.array(z.string()),
  /** Of a container. */
  container: z
    .object({
      /** As it was asked for. */
      image: z.string(),
      command: z.array(z.string()),
      /** Of one that has run. */
      exitCode: z.int().optional(),
      /** Unix milliseconds. */
      finishedAt: z.int().optional(),
    })
    .optional(),
  /** Of an image, or of tags that were taken from one which stays. */
  image: z
    .object({
      id: digest,
      /** In familiar form. */
      tags: z.array(z.string()),
      /** Those of them that lead to another image by now. */
      taken: z.array(z.string()),
    })
    .optional(),
});
export type TrashEntry = z.infer<typeof trashEntry>;

/** What goes first is what came first, once there is more than this. */
export const trashSettings = z.object({
  maxAgeSeconds: z.int().min(0),
  /** 0 keeps nothing. */
  maxBytes: z.int().min(0),
});
export type TrashSettings = z.infer<typeof trashSettings>;

export const trashRef = z.string().min(1).max(256);

/** What becomes of tags that lead elsewhere by now: they are taken back, or left there. */
export const takenTags = z.enum(['take', 'leave']);
export type TakenTags = z.infer<typeof takenTags>;

/** What came back, and what was not as before. */
export const restored = z.object({
  kind: trashKind,
  /** A container's id, a volume's name, an image's id. */
  id: z.string(),
  name: z.string(),
  /** A sentence each. */
  warnings: z.array(z.string()),
});
export type Restored = z.infer<typeof restored>;
