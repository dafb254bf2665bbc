import type { Digest } from '#engine/contract/digest.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import type { EntryIndex } from '#engine/layer/entry-index.ts';
import { listDirectory } from '#engine/layer/layer-tree.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';

import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';

/** Best first. */
const SHELLS = ['bash', 'zsh', 'fish', 'ash', 'dash', 'sh'];

/** A directory may be a link to another of them, as in merged-usr systems. */
const PLACES = ['/bin', '/usr/bin', '/usr/local/bin'];

const PAGE = 2000;

/** An image never changes, so neither does this. */
const known = new WeakMap<LayerStore, Map<Digest, readonly string[]>>();

/** Shells that a terminal can be opened with, as the image has them; empty for an image without any. */
export async function imageShells(parts: ContainerParts, { imageId }: Container): Promise<string[]> {
  const ofStore = known.get(parts.layers) ?? new Map<Digest, readonly string[]>();
  known.set(parts.layers, ofStore);
  const found = ofStore.get(imageId) ?? (await findShells(parts, imageId));
  ofStore.set(imageId, found);
  return [...found];
}

async function findShells(parts: ContainerParts, imageId: Digest): Promise<readonly string[]> {
  const { diffIds } = await resolveImage(parts.images, imageId);
  if (diffIds.length === 0) return [];
  const indexes = await Promise.all(diffIds.map((diffId) => parts.layers.index(diffId)));
  const programs = new Map(PLACES.map((place) => [place, namesIn(indexes, place)]));
  return SHELLS.flatMap((shell) => {
    const place = PLACES.find((candidate) => programs.get(candidate)?.has(shell));
    return place === undefined ? [] : [`${place}/${shell}`];
  });
}

function namesIn(indexes: readonly EntryIndex[], path: string): ReadonlySet<string> {
  try {
    return new Set(filesIn(indexes, path));
  } catch (error) {
    if (toEngineError(error).code !== 'not-found') throw error;
    return new Set();
  }
}

function* filesIn(indexes: readonly EntryIndex[], path: string): Generator<string> {
  for (let offset = 0, total = 1; offset < total; offset += PAGE) {
    const request = { from: 0, to: indexes.length - 1, path, offset, limit: PAGE, changedOnly: false };
    const page = listDirectory(indexes, request);
    ({ total } = page);
    const files = page.rows.filter(({ type, change }) => change !== 'removed' && type !== 'directory');
    yield* files.map(({ name }) => name);
  }
}
