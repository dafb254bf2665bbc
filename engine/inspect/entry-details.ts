import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { EntryDetails } from '#engine/contract/file-facts.ts';
import { readFileAt } from '#engine/layer/file-chunks.ts';
import { findEntry, type FoundEntry } from '#engine/layer/find-entry.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';

import { elfFacts } from './elf-facts.ts';
import { pictureFacts, PICTURE_HEADER_BYTES } from './picture-facts.ts';

/**
 * All that is known of a path; a link at its end is not followed, but where it leads is told.
 *
 * @param diffIds of the stack that has it, base first.
 * @throws EngineError `not-found`
 */
export async function entryDetailsOf(
  layers: LayerStore,
  diffIds: readonly Digest[],
  path: string,
): Promise<EntryDetails> {
  const indexes = await Promise.all(diffIds.map((diffId) => layers.index(diffId)));
  const found = findEntry(indexes, path, false);
  if (found === undefined) throw new EngineError('not-found', `There is no ${path} in this image up to this layer.`);
  const { index, entry } = found;
  const type = index.type(entry);
  const target = type === 'symlink' ? findEntry(indexes, path, true) : undefined;
  const contentDigest = index.contentDigest(entry);
  const linkTarget = index.linkTarget(entry);
  const format = await formatOf(layers, diffIds[found.layer], found);
  return {
    path: index.path(entry),
    type,
    mode: index.mode(entry),
    uid: index.uid(entry),
    gid: index.gid(entry),
    size: index.size(entry),
    mtime: Math.trunc(index.mtime(entry)),
    layer: found.layer,
    xattrs: index.xattrs(entry),
    ...(contentDigest === undefined ? {} : { contentDigest }),
    ...(linkTarget === undefined ? {} : { linkTarget }),
    ...(target === undefined ? {} : { leadsTo: placeWords(target) }),
    ...(type === 'character-device' || type === 'block-device' ? { device: index.device(entry) } : {}),
    ...(format === undefined ? {} : { format }),
  };
}

function placeWords({ index, entry }: FoundEntry): NonNullable<EntryDetails['leadsTo']> {
  return { path: index.path(entry), type: index.type(entry) };
}

async function formatOf(
  layers: LayerStore,
  diffId: Digest | undefined,
  { entry }: FoundEntry,
): Promise<EntryDetails['format']> {
  const place = diffId === undefined ? undefined : await layers.place(diffId, entry);
  if (place === undefined || place.size === 0) return undefined;
  return readFileAt(place, async (read) => (await elfFacts(read)) ?? pictureFacts(await read(0, PICTURE_HEADER_BYTES)));
}
