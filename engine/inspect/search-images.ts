import { isDigest, type Digest, shortDigest } from '#engine/contract/digest.ts';
import type { SearchHit, SearchNews, SearchRequest } from '#engine/contract/search.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { allImages, layersByImage, tagsByImage } from '#engine/image/image-records.ts';

import type { LayerSearch } from './layer-search.ts';
import { searchPattern, searchQuery } from './search-pattern.ts';
import type { FoundEntry } from './search-task.ts';

/**
 * Looks through every layer of every image, the newest image's first: each entry that matches once, whatever images have
 * its layer.
 *
 * @throws EngineError `invalid-argument` for what can't be looked for.
 */
export async function* searchImages(
  parts: ImageParts,
  search: LayerSearch,
  request: SearchRequest,
  signal: AbortSignal,
): AsyncGenerator<SearchNews> {
  const query = searchQuery(request.text, request.kind);
  // Refused here rather than in the thread, where the code of the error would be lost.
  searchPattern(query);
  const places = placesOf(parts);
  const { layers, images } = places;
  const task = {
    query,
    offset: request.offset,
    limit: request.limit,
    indexPaths: layers.map((diffId) => parts.layers.indexPath(diffId)),
    stacks: images.map(({ stack }) => stack),
  };
  for await (const { entries, matches, layersSearched, entriesSearched, isDone } of search.run(task, signal)) {
    const hits = entries.map((entry) => hitOf(entry, places));
    yield { kind: query.kind, hits, matches, layersSearched, layerCount: layers.length, entriesSearched, isDone };
  }
}

interface Places {
  /** Each once. */
  readonly layers: readonly Digest[];
  /** `stack`: places in `layers`, base first. */
  readonly images: readonly { readonly id: Digest; readonly name: string; readonly stack: readonly number[] }[];
}

function placesOf({ database }: ImageParts): Places {
  const stacks = layersByImage(database);
  const tags = tagsByImage(database);
  const numbers = new Map<Digest, number>();
  const numberOf = (diffId: Digest): number => {
    const number = numbers.get(diffId) ?? numbers.size;
    numbers.set(diffId, number);
    return number;
  };
  const images = allImages(database)
    .filter(({ isRemoved }) => !isRemoved)
    .map(({ id }) => ({
      id,
      name: tags.get(id)?.[0] ?? shortDigest(id),
      stack: (stacks.get(id) ?? []).map(({ diffId }) => numberOf(diffId)),
    }));
  return { images, layers: [...numbers.keys()] };
}

function hitOf({ layer, path, type, size, contentHex, images }: FoundEntry, places: Places): SearchHit {
  const diffId = places.layers[layer];
  if (diffId === undefined) throw new RangeError(`there is no layer ${layer}`);
  const contentDigest = `sha256:${contentHex ?? ''}`;
  return {
    path,
    type,
    size,
    ...(isDigest(contentDigest) ? { contentDigest } : {}),
    diffId,
    images: images.flatMap(({ image, layer: place, hiddenBy }) => {
      const named = places.images[image];
      if (named === undefined) return [];
      return { id: named.id, name: named.name, layer: place, ...(hiddenBy === undefined ? {} : { hiddenBy }) };
    }),
  };
}
