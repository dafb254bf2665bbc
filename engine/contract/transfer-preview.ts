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
