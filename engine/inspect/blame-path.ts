import { inTurns } from '#engine/async/in-turns.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { PathBlame, PathVersion } from '#engine/contract/timeline.ts';
import { changeBetween } from '#engine/layer/compare-entries.ts';
import type { EntryIndex, EntryRange } from '#engine/layer/entry-index.ts';
import { findEntry } from '#engine/layer/find-entry.ts';
import { stackInTurns } from '#engine/layer/recent-stacks.ts';
import { NODES_A_STEP } from '#engine/layer/stack-columns.ts';
import { fileBytes, type Place, type StackTree } from '#engine/layer/stack-tree.ts';

/**
 * Which layers wrote a path or took it away, base first; of a directory also what each wrote and hid beneath it.
 * Others have their turn meanwhile: beneath the root there may be a million paths.
 *
 * @param indexes one per layer, base first.
 * @throws EngineError `not-found` for a path that no layer has.
 */
export async function blamePath(indexes: readonly EntryIndex[], path: string): Promise<PathBlame> {
  const tree = await stackInTurns(indexes);
  const node = tree.find(path) ?? throughLinks(tree, path);
  if (node === undefined) throw new EngineError('not-found', `No layer of this image has ${path}.`);
  const versions = versionsOf(tree, node);
  if (versions.length === 0) throw new EngineError('not-found', `No layer of this image has ${path}.`);
  const isTree = tree.children(node).end > tree.children(node).first;
  return { path: tree.path(node), versions, ...(isTree ? { within: await inTurns(bytesByLayer(tree, node)) } : {}) };
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

function* bytesByLayer(tree: StackTree, directory: number): Generator<void, PathBlame['within']> {
  const written = tree.indexes.map(() => 0);
  const hidden = tree.indexes.map(() => 0);
  const add = (sums: number[], layer: number, bytes: number): void => {
    sums[layer] = (sums[layer] ?? 0) + bytes;
  };
  let seen = 0;
  for (const node of beneath(tree, directory)) {
    const { first, end } = tree.events(node);
    for (let event = first; event < end; event += 1) {
      const layer = tree.layerOf(event);
      add(written, layer, fileBytes(tree.placeOf(event)));
      if (event > first) add(hidden, layer, fileBytes(tree.placeOf(event - 1)));
    }
    seen += 1;
    if (seen % NODES_A_STEP === 0) yield;
  }
  return written
    .map((writtenBytes, layer) => ({ layer, writtenBytes, hiddenBytes: hidden[layer] ?? 0 }))
    .filter(({ writtenBytes, hiddenBytes }) => writtenBytes + hiddenBytes > 0);
}

/** Children are contiguous, and so is all that is beneath a directory at one depth. */
function* beneath(tree: StackTree, directory: number): Generator<number> {
  for (let level = tree.children(directory); level.first < level.end; level = childrenOf(tree, level)) {
    for (let node = level.first; node < level.end; node += 1) yield node;
  }
}

/** Of all nodes of a level: from the first child of any to the last of any. */
function childrenOf(tree: StackTree, level: EntryRange): EntryRange {
  let first = Infinity;
  let end = 0;
  for (let node = level.first; node < level.end; node += 1) {
    const children = tree.children(node);
    if (children.first === children.end) continue;
    first = Math.min(first, children.first);
    end = children.end;
  }
  return { first, end };
}
