import { z } from 'zod';

import { digest } from './digest.ts';
import { entryType } from './layer.ts';

/** What a program or library says of itself (elf(5)). */
export const elfFacts = z.object({
  kind: z.literal('elf'),
  /** Bits of an address. */
  bits: z.union([z.literal(32), z.literal(64)]),
  byteOrder: z.enum(['little', 'big']),
  type: z.enum(['executable', 'pie', 'shared-library', 'relocatable', 'core', 'other']),
  /** As readelf(1) shortens it: `x86-64`; by its number where it has no name here. */
  machine: z.string(),
  /** The program that loads it; absent of what is loaded by none. */
  interpreter: z.string().optional(),
  soname: z.string().optional(),
  /** Libraries that must be there, in the order they are looked for. */
  needed: z.array(z.string()),
  /** Where they are looked for first, `$ORIGIN` being its own directory. */
  runPath: z.string().optional(),
  /** Hex digits. */
  buildId: z.string().optional(),
  /** Whether the table of its symbols' names is gone. */
  isStripped: z.boolean(),
  /** Whether it runs without any library of the image. */
  isStatic: z.boolean(),
});
export type ElfFacts = z.infer<typeof elfFacts>;

/** A picture that can be drawn; its size in pixels where its header tells it. */
export const pictureFacts = z.object({
  kind: z.literal('picture'),
  mediaType: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/svg+xml']),
  width: z.int().optional(),
  height: z.int().optional(),
});
export type PictureFacts = z.infer<typeof pictureFacts>;

/** All that is known of a path of a stack of layers. */
export const entryDetails = z.object({
  /** Absolute, links on the way followed. */
  path: z.string(),
  type: entryType,
  /** Permission bits with setuid, setgid and sticky. */
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  /** Bytes of a file. */
  size: z.int(),
  /** Unix seconds. */
  mtime: z.int(),
  /** Index of the layer that wrote it. */
  layer: z.int(),
  contentDigest: digest.optional(),
  linkTarget: z.string().optional(),
  /** Where a symbolic link leads inside the image; absent of one that leads nowhere there. */
  leadsTo: z.object({ path: z.string(), type: entryType }).optional(),
  device: z.object({ major: z.int(), minor: z.int() }).optional(),
  /** By name; values in base64. */
  xattrs: z.record(z.string(), z.string()),
  /** What the bytes of a file are, where they are something known. */
  format: z.discriminatedUnion('kind', [elfFacts, pictureFacts]).optional(),
});
export type EntryDetails = z.infer<typeof entryDetails>;
