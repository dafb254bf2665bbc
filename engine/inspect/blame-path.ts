import { EngineError } from '#engine/contract/errors.ts';
import type { PathBlame, PathVersion } from '#engine/contract/timeline.ts';
import { changeBetween } from '#engine/layer/compare-entries.ts';
import type { EntryIndex } from '#engine/layer/entry-index.ts';
import { findEntry } from '#engine/layer/find-entry.ts';
import { stackOf } from '#engine/layer/recent-stacks.ts';
import { fileBytes, type Place, type StackTree } from '#engine/layer/stack-tree.ts';

/**
 * Which layers wrote a path or took it away, base first; of a directory also what each wrote and hid beneath it.
 *
 * @param indexes one per layer, base first.
 * @throws EngineError `not-found` for a path that no layer has.
 */
export function blamePath(indexes: readonly EntryIndex[], path: string): PathBlame {
  const tree = stackOf(indexes);
  const node = tree.find(path) ?? throughLinks(tree, path);
  if (node === undefined) throw new EngineError('not-found', `No layer of this image has ${path}.`);
  const versions = versionsOf(tree, node);
  if (versions.length === 0) throw new EngineError('not-found', `No layer of this image has ${path}.`);
  const isTree = tree.children(node).end > tree.children(node).first;
  return { path: tree.path(node), versions, ...(isTree ? { within: bytesByLayer(tree, node) } : {}) };
}

/** A path of whose directories some are links, as they lead at the top. */
function throughLinks(tree: StackTree, path: string): number | undefined {
  const found = findEntry(tree.indexes, path, false);
  return found === undefined ? undefined : tree.find(found.index.path(found.entry));
}

function versionsOf(tree: StackTree, node: number): PathVersion[] {
  const { first, end } = tree.events(node);
  const versions: PathVersion[] = [];
  for (let event = first; event < end; event += 1) {
    const before = event === first ? undefined : tree.placeOf(event - 1);
    const now = tree.placeOf(event);
    const change = changeBetween(before, now);
    versions.push({ layer: tree.layerOf(event), change, ...(now === undefined ? {} : { state: stateOf(now) }) });
  }
  return versions;
}

function stateOf({ index, entry }: Place): PathVersion['state'] {
  const linkTarget = index.linkTarget(entry);
  const contentDigest = index.contentDigest(entry);
  return {
    type: index.type(entry),
    mode: index.mode(entry),
    uid: index.uid(entry),
    gid: index.gid(entry),
    size: index.size(entry),
    mtime: Math.trunc(index.mtime(entry)),
    ...(linkTarget === undefined ? {} : { linkTarget }),
    ...(contentDigest === undefined ? {} : { contentDigest }),
  };
}

function bytesByLayer(tree: StackTree, directory: number): PathBlame['within'] {
  const written = tree.indexes.map(() => 0);
  const hidden = tree.indexes.map(() => 0);
  const add = (sums: number[], layer: number, bytes: number): void => {
    sums[layer] = (sums[layer] ?? 0) + bytes;
  };
  for (const node of beneath(tree, directory)) {
    const { first, end } = tree.events(node);
    for (let event = first; event < end; event += 1) {
      const layer = tree.layerOf(event);
      add(written, layer, fileBytes(tree.placeOf(event)));
      if (event > first) add(hidden, layer, fileBytes(tree.placeOf(event - 1)));
    }
  }
  return written
    .map((writtenBytes, layer) => ({ layer, writtenBytes, hiddenBytes: hidden[layer] ?? 0 }))
    .filter(({ writtenBytes, hiddenBytes }) => writtenBytes + hiddenBytes > 0);
}

function* beneath(tree: StackTree, directory: number): Generator<number> {
  const { first, end } = tree.children(directory);
  for (let node = first; node < end; node += 1) {
    yield node;
    yield* beneath(tree, node);
  }
}
