import { z } from 'zod';

import { digest } from './digest.ts';

/** What a pull would do, before it does it. */
export const pullPreview = z.object({
  /** In familiar form. */
  reference: z.string(),
  registry: z.string(),
  /** Of what the name leads to: an index, or a manifest. */
  digest,
  /** Of the image that would be pulled: `linux/arm64`. */
  platform: z.string(),
  /** All that there is, where the name leads to an index. */
  platforms: z.array(z.string()),
  /** Base first; `isHere`: nothing to fetch. */
  layers: z.array(z.object({ digest, diffId: digest, size: z.int(), isHere: z.boolean() })),
  /** To fetch, of layers. */
  bytes: z.int(),
});
export type PullPreview = z.infer<typeof pullPreview>;

/** What a push would do, before it does it. */
export const pushPreview = z.object({
  /** In familiar form. */
  reference: z.string(),
  registry: z.string(),
  image: digest,
  /** Of the manifest, where it goes as it came; another is made of what is sent. */
  digest: digest.optional(),
  /**
   * Base first. `size`: of what is sent; of a layer that was never sent before, what it has uncompressed (`isExact` false). `mountable`:
   * another repository of the registry had it, and may hand it over.
   */
  layers: z.array(
    z.object({
      diffId: digest,
      digest: digest.optional(),
      size: z.int(),
      isExact: z.boolean(),
      state: z.enum(['there', 'mountable', 'missing']),
    }),
  ),
  /** To send, of layers, if nothing is mounted. */
  bytes: z.int(),
  /** What the tag leads to there now, if it leads anywhere: `isSeen` when that was pulled or pushed here. */
  overwrites: z.object({ digest, isSeen: z.boolean(), isSame: z.boolean() }).optional(),
});
export type PushPreview = z.infer<typeof pushPreview>;
