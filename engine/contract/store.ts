import { z } from 'zod';

import { digest } from './digest.ts';

/** An image as others speak of it. */
export const namedImage = z.object({
  id: digest,
  /** A tag, or the beginning of its id. */
  name: z.string(),
});
export type NamedImage = z.infer<typeof namedImage>;

/** What an image takes on the disk: blobs and layers with their indexes, as du(1) counts. All of it is bytes. */
export const imageBytes = z.object({
  /** Everything it is made of. */
  total: z.int(),
  /** What only it has: free when it goes for good. */
  owned: z.int(),
  /** What others have too, those in the trash among them. */
  shared: z.int(),
});
export type ImageBytes = z.infer<typeof imageBytes>;

/** With whom an image shares what. */
export const imageSharing = imageBytes.extend({
  /** Each other image that has some of it; what three share counts for both of the others. */
  sharedWith: z.array(namedImage.extend({ bytes: z.int(), isRemoved: z.boolean() })),
  /** Sets that are free only once all of them are gone, the most bytes first; with `owned` they add up to `total`. */
  freedWith: z.array(z.object({ images: z.array(namedImage), bytes: z.int() })),
});
export type ImageSharing = z.infer<typeof imageSharing>;

/** Why an image, or what it is made of, stays. */
export const keptReason = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('container'), id: z.string(), name: z.string(), running: z.boolean() }),
  z.object({ kind: z.literal('tag'), name: z.string() }),
  /** Something in the trash can't come back without it. */
  z.object({ kind: z.literal('trash'), id: z.string(), name: z.string() }),
]);
export type KeptReason = z.infer<typeof keptReason>;

/** Which images are meant: some by name or id, or what nobody uses: those without a tag, or without a container. */
export const imageSelection = z.union([
  z.object({ images: z.array(z.string()).min(1).max(10_000) }),
  z.object({ unused: z.enum(['untagged', 'all']) }),
]);
export type ImageSelection = z.infer<typeof imageSelection>;

/** What a removal would do, to the byte. */
export const removalPreview = z.object({
  removed: z.array(namedImage),
  /** Tags that would go, in familiar form. */
  untagged: z.array(z.string()),
  /** What stays of what is meant: nothing of it is removed, or only a tag, or it stays for what can't do without it. */
  kept: z.array(namedImage.extend({ reasons: z.array(keptReason) })),
  /** Free once all of it is gone for good. */
  freedBytes: z.int(),
  /** Of what is removed, but stays since others have it. */
  sharedBytes: z.int(),
  sharedWith: z.array(namedImage.extend({ bytes: z.int(), isRemoved: z.boolean() })),
  /** Whether some of it has not been measured yet: the bytes are those of the rest. */
  isMeasuring: z.boolean(),
});
export type RemovalPreview = z.infer<typeof removalPreview>;

/** What a removal did. */
export const removalOutcome = z.object({
  removed: z.array(namedImage),
  untagged: z.array(z.string()),
  /** What was meant and is still there, and why, a sentence each. */
  refused: z.array(namedImage.extend({ message: z.string() })),
  /** Entries that bring it back, newest first; none when it went for good. */
  trash: z.array(z.string()),
  /** What the preview said right before. */
  promisedBytes: z.int(),
  /** For good: what was looked at while it was deleted. Otherwise: what is held by these entries alone. */
  measuredBytes: z.int(),
});
export type RemovalOutcome = z.infer<typeof removalOutcome>;

/** What the store is for, each byte counted once: they add up to all of it. */
export const storageParts = [
  'ownedBytes',
  'sharedBytes',
  'containerBytes',
  'trashBytes',
  'documentBytes',
  'buildBytes',
  'incomingBytes',
] as const;

/** The whole store, to the byte: what its parts add up to is what is on the disk. */
export const storageSum = z.object({
  totalBytes: z.int(),
  blobBytes: z.int(),
  layerBytes: z.int(),
  /** What one image alone has, of all images that are listed. */
  ownedBytes: z.int(),
  /** What several have, each counted once, at least one of them listed. */
  sharedBytes: z.int(),
  /** What only containers hold, since their image was removed. */
  containerBytes: z.int(),
  /** What only the trash holds. */
  trashBytes: z.int(),
  /** What is here for indexes of several platforms, and for what is about images, alone. */
  documentBytes: z.int(),
  /** What steps of builds have made and no image has, for builds to come. */
  buildBytes: z.int(),
  /** What a pull, a load or a build is bringing in. */
  incomingBytes: z.int(),
  /** What would be free if every image that no container has went for good. */
  unusedBytes: z.int(),
  images: z.int(),
  blobs: z.int(),
  layers: z.int(),
  /** Unix milliseconds since when all of it is known to be what it is called; missing while some of it never was verified. */
  verifiedAt: z.int().optional(),
});
export type StorageSum = z.infer<typeof storageSum>;
