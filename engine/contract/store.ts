import { z } from 'zod';

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
