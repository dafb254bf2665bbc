import type { BigIntStats } from 'node:fs';

import { EngineError } from '#engine/contract/errors.ts';
import type { EntryChange, EntryType, RangeSummary, TreePage, TreeRow } from '#engine/contract/layer.ts';
import { pageAt, type PageRequest } from '#engine/layer/page-at.ts';

import type { TreeChange } from './diff-container.ts';

/** What a change tree must know besides the changes. */
export interface ChangeSurroundings {
  /** Layers of the image: the container's own stands on top of them and has their number. */
  readonly layers: number;
  /** Bytes of all files of a directory of the image. */
  readonly bytesBefore: (path: string) => number;
}

interface Node {
  readonly name: string;
  readonly path: string;
  readonly children: Map<string, Node>;
  change: EntryChange;
  before: BigIntStats | undefined;
  now: BigIntStats | undefined;
  /** Of files at it and beneath, as far as they changed. */
  bytes: number;
  bytesBefore: number;
  readonly below: { added: number; changed: number; metadata: number; removed: number };
}

export interface DirectoryPage extends PageRequest {
  readonly path: string;
}

/** The changes of a container's own layer as a tree: what an image's layer would be if it were made of them now. */
export class ChangeTree {
  readonly #root: Node = makeNode('', '');
  readonly #around: ChangeSurroundings;

  constructor(changes: readonly TreeChange[], around: ChangeSurroundings) {
    this.#around = around;
    for (const change of changes) this.#add(change);
    this.#sum(this.#root);
  }

  get summary(): RangeSummary {
    const totals = { addedBytes: 0, hiddenBytes: 0 };
    addTotals(this.#root, totals);
    return { ...this.#root.below, ...totals };
  }

  /** @throws EngineError `not-found` for a directory in which nothing has changed. */
  page({ path, ...request }: DirectoryPage): TreePage {
    const node = this.#find(path);
    if (node === undefined) throw new EngineError('not-found', `Nothing has changed in ${path}.`);
    const children = sortedChildren(node);
    return pageAt(request, children.length, {
      begins: (place, prefix) => prefix.begins(children[place]?.name ?? ''),
      rows: (start, end) => children.slice(start, end).map((child) => rowOf(child, this.#around.layers)),
    });
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const name of path.split('/')) if (name !== '') node = node?.children.get(name);
    return node;
  }

  /** Changes come sorted by path, so a directory is always there before what is in it. */
  #add(change: TreeChange): void {
    const end = change.path.lastIndexOf('/');
    const parent = this.#find(change.path.slice(0, end));
    if (parent === undefined) return;
    const name = change.path.slice(end + 1);
    const node = makeNode(name, change.path);
    node.before = change.before;
    node.now = change.now;
    node.change = kindOf(change);
    parent.children.set(name, node);
  }

  #sum(node: Node): void {
    node.bytes = fileBytes(node.now);
    node.bytesBefore = this.#earlierBytes(node);
    for (const child of node.children.values()) {
      this.#sum(child);
      node.bytes += child.bytes;
      node.bytesBefore += child.bytesBefore;
      if (child.change !== 'unchanged') node.below[child.change] += 1;
      for (const kind of ['added', 'changed', 'metadata', 'removed'] as const) node.below[kind] += child.below[kind];
    }
  }

  #earlierBytes({ before, change, path }: Node): number {
    if (before?.isDirectory() === true && change === 'removed') return this.#around.bytesBefore(path);
    return fileBytes(before);
  }
}

function makeNode(name: string, path: string): Node {
  return {
    name,
    path,
    children: new Map(),
    change: 'unchanged',
    before: undefined,
    now: undefined,
    bytes: 0,
    bytesBefore: 0,
    below: { added: 0, changed: 0, metadata: 0, removed: 0 },
  };
}

/** A directory that has changed only in what it contains has not changed itself. */
function kindOf({ kind, before, now }: TreeChange): EntryChange {
  if (kind === 'added') return 'added';
  if (kind === 'deleted') return 'removed';
  if (before === undefined || now === undefined) return 'changed';
  if (typeOf(before) !== typeOf(now) || isWrittenAnew(before, now)) return 'changed';
  return before.mode !== now.mode || before.uid !== now.uid || before.gid !== now.gid ? 'metadata' : 'unchanged';
}

/** A directory's own size and time say nothing of it. */
function isWrittenAnew(before: BigIntStats, now: BigIntStats): boolean {
  if (now.isDirectory()) return false;
  return before.size !== now.size || before.mtimeNs !== now.mtimeNs || before.rdev !== now.rdev;
}

function addTotals(node: Node, totals: { addedBytes: number; hiddenBytes: number }): void {
  const isShared = node.change === 'unchanged';
  if (!isShared) {
    totals.addedBytes += fileBytes(node.now);
    totals.hiddenBytes += node.change === 'removed' ? node.bytesBefore : fileBytes(node.before);
  }
  for (const child of node.children.values()) addTotals(child, totals);
}

function sortedChildren({ children }: Node): readonly Node[] {
  const isTree = ({ now, before }: Node): number => ((now ?? before)?.isDirectory() === true ? 0 : 1);
  return [...children.values()].toSorted((a, b) => isTree(a) - isTree(b) || (a.name < b.name ? -1 : 1));
}

function rowOf(node: Node, layer: number): TreeRow {
  const stats = node.now ?? node.before;
  const size = node.now === undefined ? node.bytesBefore : node.bytes;
  const { path, name, change, children, bytes, bytesBefore, below } = node;
  const shown = { path, name, change, size, delta: bytes - bytesBefore, layer, hasChildren: children.size > 0 };
  if (stats === undefined) return { ...shown, type: 'whiteout', mode: 0, uid: 0, gid: 0, mtime: 0 };
  const type = typeOf(stats);
  return {
    ...shown,
    type,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtime: Number(stats.mtimeMs / 1000n),
    ...(type === 'directory' ? { below: { ...below } } : {}),
  };
}

function typeOf(stats: BigIntStats): EntryType {
  if (stats.isDirectory()) return 'directory';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isCharacterDevice()) return 'character-device';
  if (stats.isBlockDevice()) return 'block-device';
  // A socket is as little to be read as a pipe.
  return stats.isFile() ? 'file' : 'fifo';
}

function fileBytes(stats: BigIntStats | undefined): number {
  return stats?.isFile() === true ? Number(stats.size) : 0;
}
