import { randomBytes } from 'node:crypto';

import { resolveImage } from '#engine/image/resolve-image.ts';
import type { OpenRoot } from '#engine/runtime/runtime.ts';
import type { LayerImages, RootMount } from '#engine/snapshot/snapshotter.ts';

import { containerDir } from './container-dir.ts';
import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';

/** The container's tree as it stands, without what is mounted in it; to be read, whether it runs or not. */
export async function openTree(parts: ContainerParts, { id }: Container): Promise<OpenRoot> {
  const root = await parts.snapshots.mount(id);
  const dir = containerDir(parts, id);
  if (root.type === 'bind') return parts.runtime.openRoot(root, dir);
  return parts.runtime.openRoot({ ...imagesOf(root), type: 'view', lower: [root.upper, ...root.lower] }, dir);
}

/** The tree that the container began with. */
export async function openImageTree(parts: ContainerParts, container: Container): Promise<OpenRoot> {
  const { id, imageId } = container;
  const dir = containerDir(parts, id);
  const root = await parts.snapshots.mount(id);
  if (root.type === 'overlay') {
    const [only, ...others] = root.lower;
    const images = imagesOf(root);
    const isOne = only !== undefined && others.length === 0;
    return parts.runtime.openRoot(
      isOne ? { ...images, type: 'bind', source: only } : { ...images, type: 'view', lower: root.lower },
      dir,
    );
  }
  // A whole copy has nothing below it any more: another one stands in for what it was.
  const { diffIds } = await resolveImage(parts.images, imageId);
  const key = `${id}-${randomBytes(4).toString('hex')}`;
  await using undo = new AsyncDisposableStack();
  await parts.snapshots.prepare(key, diffIds);
  undo.defer(() => parts.snapshots.remove(key));
  const { path } = undo.use(await parts.runtime.openRoot(await parts.snapshots.mount(key), dir));
  const owned = undo.move();
  return { path, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function imagesOf({ images }: RootMount): { readonly images?: LayerImages } {
  return images === undefined ? {} : { images };
}
