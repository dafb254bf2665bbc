import { encodeTarHeader, TAR_END } from '#engine/archive/encode-tar.ts';
import { HeldDirectory, isAbsent } from '#engine/archive/held-directory.ts';
import { TreeTar } from '#engine/archive/tar-of-tree.ts';
import { whiteoutName } from '#engine/archive/whiteout.ts';

import { readAttributes, type TreeAttributes } from './read-attributes.ts';

export interface LayerChange {
  /** Absolute, in the tree. */
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'deleted';
}

/**
 * What a tree has otherwise than the layers below it, as a layer of its own (OCI image specification, layer.md): each
 * thing that came or changed as it is, with its attributes and as hard links where they are, a whiteout for each that
 * went. The same changes give the same bytes: the order is that of the paths, and a whiteout says nothing else.
 *
 * @param tree a directory's path. @param changes with the directories that others are in.
 */
export async function* diffLayer(
  launcherPath: string,
  tree: string,
  changes: readonly LayerChange[],
): AsyncGenerator<Buffer> {
  const sorted = changes.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const present = sorted.filter(({ kind }) => kind !== 'deleted').map(({ path }) => path.slice(1));
  const attributes = await readAttributes(launcherPath, tree, present);
  await using root = await HeldDirectory.open(tree);
  const tar = new TreeTar({ isLeftEmpty: () => true, attributesOf: (as) => withoutOverlay(attributes, as) });
  for (const { path, kind } of sorted) {
    if (kind === 'deleted') yield whiteout(path);
    else yield* entryAt(tar, root, path);
  }
  yield TAR_END;
}

/** What overlayfs notes down for itself is no business of a layer's. */
function withoutOverlay(attributes: TreeAttributes, as: string): ReadonlyMap<string, Buffer> {
  const found = [...(attributes.get(as) ?? [])].filter(([name]) => !/^(trusted|user)\.overlay\./.test(name));
  return new Map(found.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

async function* entryAt(tar: TreeTar, root: HeldDirectory, path: string): AsyncGenerator<Buffer> {
  const names = path.slice(1).split('/');
  const last = names.pop() ?? '';
  try {
    await using parent = await descend(root, names);
    const stats = await parent.stat(last);
    if (stats !== undefined) yield* tar.entry(parent, last, { stats, as: path.slice(1) });
  } catch (error) {
    // Gone while others were being written, of a container that wasn't paused.
    if (!isAbsent(error)) throw error;
  }
}

async function descend(root: HeldDirectory, names: readonly string[]): Promise<HeldDirectory> {
  let directory = await root.again();
  for (const name of names) {
    await using above = directory;
    directory = await above.enter(name);
  }
  return directory;
}

function whiteout(path: string): Buffer {
  const slash = path.lastIndexOf('/');
  return encodeTarHeader({
    name: `${path.slice(1, slash + 1)}${whiteoutName(path.slice(slash + 1))}`,
    type: 'file',
    linkName: '',
    size: 0,
    mode: 0,
    uid: 0,
    gid: 0,
    mtime: 0,
    major: 0,
    minor: 0,
  });
}
