import { EngineError } from '#engine/contract/errors.ts';
import type { TreePage, TreeRow } from '#engine/contract/layer.ts';

import type { EntryIndex } from './entry-index.ts';
import { isDirectoryAt, mergedRange, type MergedNode } from './merge-layers.ts';

export interface DirectoryRequest {
  /** Layers, both ends included; base = 0. */
  readonly from: number;
  readonly to: number;
  readonly path: string;
  readonly offset: number;
  readonly limit: number;
  readonly changedOnly: boolean;
}

/**
 * A page of one directory as the stack `0..to` has it, with what the range did to it: directories first, then by name.
 * What the range removed is listed as well.
 *
 * @param indexes one per layer of the image, base first.
 * @throws EngineError `not-found` for a path that isn't a directory there.
 */
export function listDirectory(indexes: readonly EntryIndex[], request: DirectoryRequest): TreePage {
  const { root } = mergedRange(indexes, request.from, request.to);
  const directory = findNode(root, request.path);
  if (directory === undefined || !isDirectory(indexes, directory)) {
    throw new EngineError('not-found', `There is no directory ${request.path} in these layers.`);
  }
  const parent = request.path.replace(/\/+$/, '');
  const shown = sortedChildren(indexes, directory).filter((node) => !request.changedOnly || hasChange(node));
  const page = shown.slice(request.offset, request.offset + request.limit);
  return { rows: page.map((node) => rowOf(indexes, node, `${parent}/${node.name}`)), total: shown.length };
}

/** What a path without links leads to; undefined when it is not there. */
export function findNode(root: MergedNode, path: string): MergedNode | undefined {
  let node: MergedNode | undefined = root;
  for (const name of path.split('/')) if (name !== '') node = node?.children.get(name);
  return node;
}

/** Sorted once: the pages of a directory are asked for one after the other. */
const sorted = new WeakMap<MergedNode, readonly MergedNode[]>();

function sortedChildren(indexes: readonly EntryIndex[], directory: MergedNode): readonly MergedNode[] {
  const known = sorted.get(directory);
  if (known !== undefined) return known;
  const rows = [...directory.children.values()].filter(isShown);
  const directories = rows.filter((node) => isDirectory(indexes, node));
  const others = rows.filter((node) => !isDirectory(indexes, node));
  const byName = (one: MergedNode, other: MergedNode): number => (one.name < other.name ? -1 : 1);
  const all = [...directories.toSorted(byName), ...others.toSorted(byName)];
  sorted.set(directory, all);
  return all;
}

/** What came and went within the range is in no row. */
function isShown({ now, before }: MergedNode): boolean {
  return now !== undefined || before !== undefined;
}

function isDirectory(indexes: readonly EntryIndex[], { now, before }: MergedNode): boolean {
  return isDirectoryAt(indexes, now ?? before);
}

function hasChange({ change, below }: MergedNode): boolean {
  return change !== 'unchanged' || below.added + below.changed + below.metadata + below.removed > 0;
}

function rowOf(indexes: readonly EntryIndex[], node: MergedNode, path: string): TreeRow {
  const place = node.now ?? node.before;
  const index = place === undefined ? undefined : indexes[place.layer];
  if (place === undefined || index === undefined) {
    throw new EngineError('internal', `The entry ${path} is in none of these layers.`);
  }
  const { entry } = place;
  const type = index.type(entry);
  const isTree = type === 'directory';
  const linkTarget = index.linkTarget(entry);
  const contentDigest = index.contentDigest(entry);
  return {
    path,
    name: node.name,
    type,
    change: node.change,
    mode: index.mode(entry),
    uid: index.uid(entry),
    gid: index.gid(entry),
    size: isTree && node.now !== undefined ? node.bytes : isTree ? node.bytesBefore : index.size(entry),
    delta: node.bytes - node.bytesBefore,
    mtime: Math.trunc(index.mtime(entry)),
    ...(linkTarget === undefined ? {} : { linkTarget }),
    ...(contentDigest === undefined ? {} : { contentDigest }),
    layer: node.writtenBy,
    hasChildren: isTree && node.children.values().some(isShown),
    ...(isTree ? { below: { ...node.below } } : {}),
  };
}
