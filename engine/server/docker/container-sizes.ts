import { ownBytes } from '#engine/container/own-bytes.ts';
import { allImages } from '#engine/image/image-records.ts';
import type { Engine } from '#engine/server/engine.ts';

/** What containers take, in the Docker Engine API's words: bytes. */
export interface ContainerSizes {
  /** What it has written itself. */
  readonly SizeRw: number;
  /** That, and its image's files. */
  readonly SizeRootFs: number;
}

/** One after the other: who asks for many waits, and nobody else does. */
export async function withSizes<Item extends { readonly Id: string }>(
  { images, containers }: Pick<Engine, 'images' | 'containers'>,
  items: readonly Item[],
): Promise<(Item & ContainerSizes)[]> {
  const imageSizes = new Map(allImages(images.database).map(({ id, size }) => [id, size]));
  const measured: (Item & ContainerSizes)[] = [];
  for (const item of items) {
    const SizeRw = await ownBytes(containers, item.Id);
    const imageId = containers.table.get(item.Id)?.imageId;
    const imageBytes = (imageId === undefined ? undefined : imageSizes.get(imageId)) ?? 0;
    measured.push({ ...item, SizeRw, SizeRootFs: SizeRw + imageBytes });
  }
  return measured;
}
