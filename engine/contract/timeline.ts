import { z } from 'zod';

import { digest } from './digest.ts';
import { entryChange, entryType } from './layer.ts';

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

/** What one layer did to a path. */
export const pathVersion = z.object({
  /** Index of the layer. */
  layer: z.int(),
  /** Compared with what the layers below it have; `unchanged` for what was written again as it was. */
  change: entryChange,
  /** As it stands from this layer on; absent where the layer took it away. */
  state: z
    .object({
      type: entryType,
      /** Permission bits with setuid, setgid and sticky. */
      mode: z.int(),
      uid: z.int(),
      gid: z.int(),
      /** Bytes of a file. */
      size: z.int(),
      /** Unix seconds. */
      mtime: z.int(),
      linkTarget: z.string().optional(),
      contentDigest: digest.optional(),
    })
    .optional(),
});
export type PathVersion = z.infer<typeof pathVersion>;

export const pathBlame = z.object({
  /** Absolute, links on the way followed. */
  path: z.string(),
  /** Base first. */
  versions: z.array(pathVersion),
  /** Of a directory: what each layer that did anything in it wrote there, and what of the layers below it hid. Bytes. */
  within: z.array(z.object({ layer: z.int(), writtenBytes: z.int(), hiddenBytes: z.int() })).optional(),
});
export type PathBlame = z.infer<typeof pathBlame>;
