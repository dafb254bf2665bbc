import { z } from 'zod';

import { digest } from './digest.ts';

/*
 * What makes an image big. Layers are their places in the image, base = 0, as everywhere in this folder; people are shown
 * them from 1. All sizes are bytes of files.
 */

/** A path whose copies are shipped and not seen: layers above write it again, or remove it. */
export const hiddenPath = z.object({
  path: z.string(),
  /** Of all its hidden copies; the copy that is seen, if there is one, isn't counted. */
  bytes: z.int(),
  /** The layers that ship them, base first. */
  layers: z.array(z.int()),
  /** The layer that last wrote or removed it. */
  hiddenBy: z.int(),
  isRemoved: z.boolean(),
});
export type HiddenPath = z.infer<typeof hiddenPath>;

/** How much of what an image ships anybody can see. */
export const imageEfficiency = z.object({
  image: digest,
  /** Of the files of all layers. */
  shippedBytes: z.int(),
  /** Of the files that the image shows. */
  visibleBytes: z.int(),
  /** Shipped and not seen. */
  wastedBytes: z.int(),
  /** Visible by shipped bytes, 0 to 1; 1 of an image without files. */
  efficiency: z.number(),
  /** Of the files of all layers but the lowest. */
  userBytes: z.int(),
  /** Wasted by user bytes, 0 to 1; 0 of an image that wastes nothing. */
  userWastedShare: z.number(),
  /** Those with the most bytes, first the most. */
  hidden: z.array(hiddenPath),
  /** How many such paths there are in all. */
  hiddenPaths: z.int(),
});
export type ImageEfficiency = z.infer<typeof imageEfficiency>;

/** What package managers and builders leave behind. */
export const cacheKind = z.enum([
  'apt-archives',
  'apt-lists',
  'apk',
  'dnf',
  'pacman',
  'pip',
  'npm',
  'yarn',
  'pnpm',
  'go',
  'cargo',
  'composer',
  'gem',
  'maven',
  'gradle',
  'conda',
  'bytecode',
  'docs',
  'logs',
  'temporary',
]);
export type CacheKind = z.infer<typeof cacheKind>;

export const packageCache = z.object({
  kind: cacheKind,
  bytes: z.int(),
  /** Of these, what a layer above hides: it is shipped all the same. */
  hiddenBytes: z.int(),
  files: z.int(),
  layers: z.array(z.int()),
  /** The largest file of it. */
  example: z.string(),
});
export type PackageCache = z.infer<typeof packageCache>;

/** One content by several names that the image shows; hard links are one file. */
export const duplicateContent = z.object({
  contentDigest: digest,
  size: z.int(),
  /** The first of them. */
  paths: z.array(z.object({ path: z.string(), layer: z.int() })),
  copies: z.int(),
  /** What one copy for all of them would save. */
  wastedBytes: z.int(),
});
export type DuplicateContent = z.infer<typeof duplicateContent>;

export const secretKind = z.enum([
  'private-key',
  'key-store',
  'environment-file',
  'credentials',
  'token',
  'password',
  'password-hashes',
  'history',
]);
export type SecretKind = z.infer<typeof secretKind>;

/** Where something stands that looks like a secret; never what it is. */
export const secretPlace = z.discriminatedUnion('in', [
  z.object({
    in: z.literal('file'),
    kind: secretKind,
    path: z.string(),
    layer: z.int(),
    /** The layer that removes or replaces it: everybody who has the image has it all the same. */
    hiddenBy: z.int().optional(),
  }),
  /** A variable of the image's config. */
  z.object({ in: z.literal('variable'), kind: secretKind, name: z.string() }),
  /** What a step says: its place among the image's steps, and the name of a build argument that the steps declare. */
  z.object({ in: z.literal('step'), kind: secretKind, step: z.int(), argument: z.string().optional() }),
]);
export type SecretPlace = z.infer<typeof secretPlace>;

export const sizedPath = z.object({
  path: z.string(),
  bytes: z.int(),
  /** The layer that last wrote it. */
  layer: z.int(),
});
export type SizedPath = z.infer<typeof sizedPath>;

/** Why an image is as big as it is. Lists have the largest first, and only so many. */
export const whyBig = z.object({
  efficiency: imageEfficiency,
  largestFiles: z.array(sizedPath),
  /** Directories whose bytes are not mostly those of one directory in them. */
  largestDirectories: z.array(sizedPath),
  caches: z.array(packageCache),
  duplicates: z.array(duplicateContent),
  /** Of all duplicates, those that are not listed too. */
  duplicateBytes: z.int(),
  secrets: z.array(secretPlace),
  /** Files that could hold a secret by their names and were not looked into: there are too many. */
  filesUnread: z.int(),
});
export type WhyBig = z.infer<typeof whyBig>;
