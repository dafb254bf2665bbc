import { z } from 'zod';

import { digest } from './digest.ts';

/** What an image was built on. */
export const imageBase = z.object({
  /** How many of the image's layers, from the bottom, are the base's; absent when only the annotation tells of it. */
  layers: z.int().optional(),
  /** The image of this engine that has just these layers; absent when there is none. */
  id: digest.optional(),
  /** As people would say it: a tag, or what the image's own annotation claims. */
  name: z.string(),
});
export type ImageBase = z.infer<typeof imageBase>;

export const imageTimeline = z.object({ base: imageBase.optional() });
