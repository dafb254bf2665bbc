import type { EntryChange } from '#engine/contract/layer.ts';

import type { EntryIndex } from './entry-index.ts';

/** An entry of one of the layers. */
export interface Place {
  readonly layer: number;
  readonly entry: number;
}

/** Changes beneath a directory, by kind. */
export type ChangeCounts = Record<Exclude<EntryChange, 'unchanged'>, number>;

/** A path of the merged stack: what it was below the range, and what it is at its top. */
export interface MergedNode {
  readonly name: string;
  readonly children: Map<string, MergedNode>;
  before: Place | undefined;
  now: Place | undefined;
  /** The layer that last wrote or removed it. */
  writtenBy: number;
  change: EntryChange;
  /** Bytes of the files at it and beneath, at the top of the range and below it. */
  bytes: number;
  bytesBefore: number;
  readonly below: ChangeCounts;
}

/** What a range of layers does to the stack below it. */
export interface MergedRange {
  readonly root: MergedNode;
  /** Bytes of files that the range adds or writes anew. */
  readonly addedBytes: number;
  /** Bytes of files below that it replaces or removes. */
  readonly hiddenBytes: number;
}

/**
 * Lays the layers of a stack over one another by the rules of the OCI image specification (layer.md, "Changesets"):
 * whiteouts take away, opaque directories begin anew, the last writer of a path wins.
 *
 * @param indexes one per layer, base first.
 */
export function mergeLayers(indexes: readonly EntryIndex[], from: number, to: number): MergedRange {
  const root = makeNode('');
  root.now = { layer: 0, entry: 0 };
  for (let layer = 0; layer < from; layer += 1) applyLayer(indexes, layer, root);
  settle(root);
  for (let layer = from; layer <= to; layer += 1) applyLayer(indexes, layer, root);
  const totals = { addedBytes: 0, hiddenBytes: 0 };
  summarise(indexes, root, totals);
  return { root, ...totals };
}

function makeNode(name: string): MergedNode {
  return {
    name,
    children: new Map(),
    before: undefined,
    now: undefined,
    writtenBy: 0,
    change: 'unchanged',
    bytes: 0,
    bytesBefore: 0,
    below: { added: 0, changed: 0, metadata: 0, removed: 0 },
  };
}

function applyLayer(indexes: readonly EntryIndex[], layer: number, root: MergedNode): void {
  const index = indexes[layer];
  if (index === undefined) return;
  if (!index.isImplied(0)) root.now = { layer, entry: 0 };
  applyChildren(indexes, { layer, entry: 0 }, root);
}

function applyChildren(indexes: readonly EntryIndex[], { layer, entry }: Place, into: MergedNode): void {
  const index = indexes[layer];
  if (index === undefined) return;
  const { first, end } = index.children(entry);
  for (let child = first; child < end; child += 1) {
    const name = index.name(child);
    const known = into.children.get(name);
    if (index.type(child) === 'whiteout') {
      if (known !== undefined) takeAway(known, layer);
      continue;
    }
    const node = known ?? makeNode(name);
    if (known === undefined) into.children.set(name, node);
    lay(indexes, { layer, entry: child }, node);
  }
}

function lay(indexes: readonly EntryIndex[], place: Place, node: MergedNode): void {
  const isDirectory = isDirectoryAt(indexes, place);
  if (!isDirectory || indexes[place.layer]?.isOpaque(place.entry) === true) {
    for (const child of node.children.values()) takeAway(child, place.layer);
  }
  // A directory that only stands for what is in it says nothing about the one that is there.
  const isImplied = isDirectory && indexes[place.layer]?.isImplied(place.entry) === true;
  if (!isImplied || !isDirectoryAt(indexes, node.now)) {
    node.now = place;
    node.writtenBy = place.layer;
  }
  if (isDirectory) applyChildren(indexes, place, node);
}

export function isDirectoryAt(indexes: readonly EntryIndex[], place: Place | undefined): boolean {
  return place !== undefined && indexes[place.layer]?.type(place.entry) === 'directory';
}

function takeAway(node: MergedNode, layer: number): void {
  if (node.now === undefined) return;
  node.now = undefined;
  node.writtenBy = layer;
  for (const child of node.children.values()) takeAway(child, layer);
}

/** What is there so far is what the range begins from; what is gone already is nobody's business. */
function settle(node: MergedNode): void {
  node.before = node.now;
  for (const [name, child] of node.children) {
    if (child.now === undefined) node.children.delete(name);
    else settle(child);
  }
}

function summarise(
  indexes: readonly EntryIndex[],
  node: MergedNode,
  totals: { addedBytes: number; hiddenBytes: number },
): void {
  node.change = changeOf(indexes, node);
  node.bytes = fileBytes(indexes, node.now);
  node.bytesBefore = fileBytes(indexes, node.before);
  if (node.change === 'added' || node.change === 'changed') totals.addedBytes += node.bytes;
  if (node.change === 'removed' || node.change === 'changed') totals.hiddenBytes += node.bytesBefore;
  for (const child of node.children.values()) {
    summarise(indexes, child, totals);
    node.bytes += child.bytes;
    node.bytesBefore += child.bytesBefore;
    if (child.change !== 'unchanged') node.below[child.change] += 1;
    for (const kind of ['added', 'changed', 'metadata', 'removed'] as const) node.below[kind] += child.below[kind];
  }
}

/** A hard link's bytes count where the file is. */
function fileBytes(indexes: readonly EntryIndex[], place: Place | undefined): number {
  const index = place === undefined ? undefined : indexes[place.layer];
  if (place === undefined || index?.type(place.entry) !== 'file') return 0;
  return index.size(place.entry);
}

function changeOf(indexes: readonly EntryIndex[], { before, now }: MergedNode): EntryChange {
  if (now === undefined) return before === undefined ? 'unchanged' : 'removed';
  if (before === undefined) return 'added';
  if (before.layer === now.layer && before.entry === now.entry) return 'unchanged';
  const [old, fresh] = [indexes[before.layer], indexes[now.layer]];
  if (old === undefined || fresh === undefined) return 'unchanged';
  if (isOtherContent({ index: old, entry: before.entry }, { index: fresh, entry: now.entry })) return 'changed';
  return isOtherMetadata({ index: old, entry: before.entry }, { index: fresh, entry: now.entry })
    ? 'metadata'
    : 'unchanged';
}

interface Found {
  readonly index: EntryIndex;
  readonly entry: number;
}

function isOtherContent(old: Found, fresh: Found): boolean {
  const kind = ({ index, entry }: Found): string => index.type(entry).replace('hardlink', 'file');
  if (kind(old) !== kind(fresh)) return true;
  if (kind(old) === 'symlink') return old.index.linkTarget(old.entry) !== fresh.index.linkTarget(fresh.entry);
  const device = ({ index, entry }: Found): string => JSON.stringify(index.device(entry));
  return old.index.contentDigest(old.entry) !== fresh.index.contentDigest(fresh.entry) || device(old) !== device(fresh);
}

/** Writing anything in a directory touches its time: that alone is no change of the directory. */
function isOtherMetadata(old: Found, fresh: Found): boolean {
  const words = ({ index, entry }: Found): string =>
    JSON.stringify([
      index.mode(entry),
      index.uid(entry),
      index.gid(entry),
      index.xattrs(entry),
      index.type(entry) === 'directory' ? 0 : index.mtime(entry),
    ]);
  return words(old) !== words(fresh);
}

const KEPT = 6;
const kept = new Map<string, MergedRange>();

/** The same, remembered for the ranges last looked at: a tree is opened directory by directory. */
export function mergedRange(indexes: readonly EntryIndex[], from: number, to: number): MergedRange {
  const key = [...indexes.slice(0, to + 1).map(({ record }) => record.diffId), from, to].join(' ');
  const merged = kept.get(key) ?? mergeLayers(indexes, from, to);
  kept.delete(key);
  kept.set(key, merged);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return merged;
}
