import { z } from 'zod';

import { digest } from './digest.ts';

export const entryType = z.enum([
  'file',
  'directory',
  'symlink',
  'hardlink',
  'character-device',
  'block-device',
  'fifo',
  'whiteout',
]);
export type EntryType = z.infer<typeof entryType>;

/** What happened to a path in the range of layers asked for, compared with the stack below the range. */
export const entryChange = z.enum(['added', 'changed', 'metadata', 'removed', 'unchanged']);
export type EntryChange = z.infer<typeof entryChange>;

/** Every kind but `unchanged`. */
export const anyChange: readonly EntryChange[] = ['added', 'changed', 'metadata', 'removed'];

/** How the rows of a directory follow one another: by name, or the largest (most changed) first. */
export const treeSort = z.enum(['name', 'size', 'delta']);
export type TreeSort = z.infer<typeof treeSort>;

/** One row of a file tree. */
export const treeRow = z.object({
  /** Absolute, without a trailing slash: `/etc/passwd`. */
  path: z.string(),
  name: z.string(),
  type: entryType,
  change: entryChange,
  /** Permission bits with setuid, setgid and sticky: 0o7777 at most. */
  mode: z.int(),
  uid: z.int(),
  gid: z.int(),
  /** Bytes of a file; of a directory, the sum over all files in it. */
  size: z.int(),
  /** Bytes more than the same path has below the range; negative when it shrank or went. */
  delta: z.int(),
  /** Unix seconds. */
  mtime: z.int(),
  linkTarget: z.string().optional(),
  contentDigest: digest.optional(),
  /** Index of the layer that last wrote it. */
  layer: z.int(),
  hasChildren: z.boolean(),
  /** Changes beneath a directory, by kind; absent for anything else. */
  below: z.object({ added: z.int(), changed: z.int(), metadata: z.int(), removed: z.int() }).optional(),
});
export type TreeRow = z.infer<typeof treeRow>;

/** A range of an image's layers, both ends included, base = 0; one layer is `from === to`, the stack is `from: 0`. */
export const layerRange = z.object({ image: digest, from: z.int().min(0), to: z.int().min(0) });
export type LayerRange = z.infer<typeof layerRange>;

/** What has been typed to come to a row: how its name begins, whatever the case of the letters. */
export const soughtRow = z.object({
  text: z.string().min(1).max(255),
  /** The row that is looked at first; after the last comes the first. */
  from: z.int().min(0),
});
export type SoughtRow = z.infer<typeof soughtRow>;

/** A page of one directory; by name, directories first, unless told otherwise. */
export const directoryPage = z.object({
  path: z.string(),
  offset: z.int().min(0),
  limit: z.int().min(1).max(2000),
  /** Instead of the page at `offset` the one that has this row: of those of `limit` rows each, one after the other. */
  sought: soughtRow.optional(),
  changedOnly: z.boolean(),
  /** Only what is so changed, or holds something that is; before `changedOnly`. */
  changes: z.array(entryChange).optional(),
  sort: treeSort.optional(),
});

/** Everything beneath a directory, each before what is in it. */
export const treeWalk = z.object({
  path: z.string(),
  /** How many levels; all when left out. */
  depth: z.int().min(1).optional(),
  /** Only what itself is so changed; all when left out. */
  changes: z.array(entryChange).optional(),
});

export const treePage = z.object({
  rows: z.array(treeRow),
  total: z.int(),
  /** Which row of the directory was sought; undefined when none is called so. */
  found: z.int().optional(),
});
export type TreePage = z.infer<typeof treePage>;

export const filePreview = z.object({
  kind: z.enum(['text', 'binary', 'symlink', 'empty']),
  /** At most the first 512 KiB, decoded as UTF-8; of `binary`, a hex dump of the first 4 KiB. */
  text: z.string(),
  size: z.int(),
  isTruncated: z.boolean(),
  /** Index of the layer the bytes come from. */
  layer: z.int(),
});
export type FilePreview = z.infer<typeof filePreview>;

/** What a range of layers adds up to. */
export const rangeSummary = z.object({
  added: z.int(),
  changed: z.int(),
  metadata: z.int(),
  removed: z.int(),
  addedBytes: z.int(),
  /** Bytes of files below that the range replaces or removes, and that are shipped all the same. */
  hiddenBytes: z.int(),
});
export type RangeSummary = z.infer<typeof rangeSummary>;
