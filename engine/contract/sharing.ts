import { z } from 'zod';

import { digest } from './digest.ts';
import { namedImage } from './store.ts';

/** A run of layers that the same images have in the same place: where some go on otherwise, another begins. */
export const chainSegment = z.object({
  /** The segment below, by its place in the list, where it comes earlier; missing at the bottom. */
  parent: z.int().optional(),
  /** Base first. */
  layers: z.array(
    z.object({
      diffId: digest,
      /** On the disk: as it is kept, with its index and its blobs. What stands in another segment too counts in the first. */
      bytes: z.int(),
      /** Whether it is counted in an earlier segment, or further down in this one. */
      isRepeated: z.boolean(),
    }),
  ),
  /** Of its layers, each once. */
  bytes: z.int(),
  /** How many images go through it, those that end with it among them. */
  imageCount: z.int(),
  /** Images whose last layer is its last; `bytes` are those of their documents. */
  images: z.array(namedImage.extend({ bytes: z.int() })),
});
export type ChainSegment = z.infer<typeof chainSegment>;

/** Which images share which layers. */
export const sharedMap = z.object({
  /** Trunks before branches; of those side by side the ones with the most bytes above them first. */
  segments: z.array(chainSegment),
  /** All that is in the segments: what the images that are listed take on the disk. */
  totalBytes: z.int(),
  /** What it would be if each image had all of its own. */
  unsharedBytes: z.int(),
});
export type SharedMap = z.infer<typeof sharedMap>;

/** Whose users are meant. */
export const usedThing = z.union([z.object({ image: z.string() }), z.object({ layer: digest })]);
export type UsedThing = z.infer<typeof usedThing>;

/** What can't do without an image or a layer. */
export const usedBy = z.object({
  /** Of a layer those that have it; of an image those that were built on it: they begin with its layers. */
  images: z.array(
    namedImage.extend({
      /** Of a layer: its place, base = 0. */
      layer: z.int().optional(),
      /** Whether it has been removed, and only containers or the trash still hold it. */
      isRemoved: z.boolean(),
    }),
  ),
  /** Made from the image, or from one that has the layer. */
  containers: z.array(
    z.object({ id: z.string(), name: z.string(), state: z.enum(['running', 'stopped', 'trash']), image: digest }),
  ),
});
export type UsedBy = z.infer<typeof usedBy>;
