import { encodeTarHeader, TAR_END } from '#engine/archive/encode-tar.ts';
import { HeldDirectory } from '#engine/archive/held-directory.ts';
import { recordOf, TreeTar } from '#engine/archive/tar-of-tree.ts';
import { readAttributes } from '#engine/layer/read-attributes.ts';

import { mountVolume, unmountVolume } from './mount-volume.ts';
import { findSavePoint, pointData } from './save-point-files.ts';
import type { VolumeParts } from './volume-parts.ts';

/**
 * What a volume holds now, or what a save point does, as a tar; `./` is the volume's own directory. Owners, modes, links,
 * devices and extended attributes are in it; sockets aren't, times are whole seconds, and holes are zeros.
 *
 * Containers go on meanwhile: what they change is in it as it is when it is read. A save point is of one moment.
 *
 * @throws EngineError `not-found`, `invalid-argument` when what its options name can't be mounted.
 */
export async function exportVolume(
  parts: VolumeParts,
  name: string,
  point?: string,
): Promise<AsyncGenerator<Uint8Array>> {
  await using undo = new AsyncDisposableStack();
  const { name: volume } = parts.table.find(name);
  if (point === undefined) undo.defer(() => unmountVolume(parts, volume));
  undo.use(parts.table.read(volume));
  const tree =
    point === undefined
      ? await mountVolume(parts, volume)
      : pointData(parts, volume, (await findSavePoint(parts, volume, point)).id);
  const root = undo.use(await HeldDirectory.open(tree));
  const attributes = await readAttributes(parts.launcherPath, tree, ['.', ...(await pathsIn(root, ''))]);
  return tarOf(root, (path) => attributes.get(path) ?? new Map<string, Buffer>(), undo.move());
}

type AttributesOf = (path: string) => ReadonlyMap<string, Buffer>;

async function* tarOf(
  root: HeldDirectory,
  attributesOf: AttributesOf,
  owned: AsyncDisposableStack,
): AsyncGenerator<Uint8Array> {
  await using _ = owned;
  yield encodeTarHeader(recordOf(await root.ownStat(), { type: 'directory', name: './' }), attributesOf('.'));
  yield* new TreeTar({ attributesOf }).children(root, '');
  yield TAR_END;
}

async function pathsIn(directory: HeldDirectory, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for (const name of await directory.names()) {
    const stats = await directory.stat(name);
    paths.push(`${prefix}${name}`);
    if (stats?.isDirectory() !== true) continue;
    await using inside = await directory.enter(name);
    for (const path of await pathsIn(inside, `${prefix}${name}/`)) paths.push(path);
  }
  return paths;
}
