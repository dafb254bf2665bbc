import type { ContainerParts } from '#engine/container/container-parts.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { UsedBy, UsedThing } from '#engine/contract/sharing.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { allImages, findImage, layersByImage } from '#engine/image/image-records.ts';
import { named } from '#engine/image/image-sharing.ts';
import { findByName } from '#engine/image/resolve-image.ts';

import { isBelow } from './find-base.ts';

/** @throws EngineError `not-found` for a name that leads to no image. */
export function findUsers({ images }: Pick<ContainerParts, 'images'>, thing: UsedThing): UsedBy {
  const stacks = [...diffIdsByImage(images)];
  if ('layer' in thing) {
    const having = stacks.flatMap(([id, diffIds]) => {
      const layer = diffIds.indexOf(thing.layer);
      return layer === -1 ? [] : [{ id, layer }];
    });
    return {
      images: having.map(({ id, layer }) => ({ ...describe(images, id), layer })),
      containers: containersOf(images, new Set(having.map(({ id }) => id))),
    };
  }
  const { id } = findByName(images.database, thing.image);
  const own = stacks.find(([other]) => other === id)?.[1] ?? [];
  return {
    images: stacks.filter(([, diffIds]) => isBelow(own, diffIds)).map(([other]) => describe(images, other)),
    containers: containersOf(images, new Set([id])),
  };
}

function diffIdsByImage({ database }: ImageParts): ReadonlyMap<Digest, readonly Digest[]> {
  const rows = layersByImage(database);
  return new Map(allImages(database).map(({ id }) => [id, (rows.get(id) ?? []).map(({ diffId }) => diffId)]));
}

function describe(images: ImageParts, id: Digest): UsedBy['images'][number] {
  return { ...named(images, id), isRemoved: findImage(images.database, id)?.isRemoved ?? true };
}

/** Those that are, and those that may come back. */
function containersOf({ usage, trash }: ImageParts, made: ReadonlySet<Digest>): UsedBy['containers'] {
  const here = usage.containers().filter(({ imageId }) => made.has(imageId));
  const gone = [...made].flatMap((image) =>
    trash.table.needing(image).flatMap(({ kind, id, name }) => (kind === 'container' ? [{ id, name, image }] : [])),
  );
  return [
    ...here.map(({ id, name, running, imageId }) => ({
      id,
      name,
      state: running ? ('running' as const) : ('stopped' as const),
      image: imageId,
    })),
    ...gone.map((container) => ({ ...container, state: 'trash' as const })),
  ];
}
