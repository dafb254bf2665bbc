import { z } from 'zod';

import { digest } from './digest.ts';
import { entryType } from './layer.ts';

/**
 * How a text is looked for. `text`: anywhere in a path, its last name involved, letter case aside. `glob`: `*`, `?`, `[a-z]`
 * and `**` against the whole name, or the whole path where it has a slash. `regex`: anywhere in the path. `digest`: the
 * sha256 of a file's content, whole or its first eight digits and more.
 */
export const searchKind = z.enum(['text', 'glob', 'regex', 'digest']);
export type SearchKind = z.infer<typeof searchKind>;

export const searchRequest = z.object({
  text: z.string().min(1).max(1000),
  /** Told by the text itself where it is missing: `sha256:…` is a digest, `/…/` a regex, and `*`, `?` or `[` make a glob. */
  kind: searchKind.optional(),
  offset: z.int().min(0),
  limit: z.int().min(1).max(1000),
});
export type SearchRequest = z.infer<typeof searchRequest>;

/** An image that has the layer, and what it makes of the entry. */
export const searchImage = z.object({
  id: digest,
  /** A tag, or the beginning of the id. */
  name: z.string(),
  /** Place of the layer in the image, base = 0. */
  layer: z.int(),
  /** Place of the layer that removes or replaces the entry; missing of what the image shows. */
  hiddenBy: z.int().optional(),
});

/** An entry of a layer. */
export const searchHit = z.object({
  path: z.string(),
  type: entryType,
  /** Bytes of a file. */
  size: z.int(),
  contentDigest: digest.optional(),
  diffId: digest,
  images: z.array(searchImage),
});
export type SearchHit = z.infer<typeof searchHit>;

/** More hits of a search, and how far it has come. */
export const searchNews = z.object({
  kind: searchKind,
  hits: z.array(searchHit),
  /** Entries that matched so far, beyond the page asked for too. */
  matches: z.int(),
  layersSearched: z.int(),
  layerCount: z.int(),
  entriesSearched: z.int(),
  isDone: z.boolean(),
});
export type SearchNews = z.infer<typeof searchNews>;
