import { EngineError } from '#engine/contract/errors.ts';
import { anyChange, type EntryChange, type TreePage, type TreeRow, type TreeSort } from '#engine/contract/layer.ts';

import type { EntryIndex } from './entry-index.ts';
import { pageAt } from './page-at.ts';
import type { ListRequest } from './range-requests.ts';
import { rangeOf } from './recent-stacks.ts';
import type { StackRange } from './stack-range.ts';

export interface DirectoryRequest extends ListRequest {
  /** Layers, both ends included; base = 0. */
  readonly from: number;
  readonly to: number;
}

/**
 * A page of one directory as the stack `0..to` has it, with what the range did to it. What the range removed is listed as
 * well.
 *
 * @param indexes one per layer of the image, base first.
 * @throws EngineError `not-found` for a path that isn't a directory there.
 */
export function listDirectory(indexes: readonly EntryIndex[], request: DirectoryRequest): TreePage {
  return pageOf(rangeOf(indexes, request.from, request.to), request);
}

/** The same of a range that is known. */
export function pageOf(range: StackRange, request: ListRequest): TreePage {
  const directory = range.tree.find(request.path);
  if (directory === undefined || !isDirectory(range, directory)) {
    throw new EngineError('not-found', `There is no directory ${request.path} in these layers.`);
  }
  const parent = request.path.replace(/\/+$/, '');
  const kinds = request.changes ?? (request.changedOnly ? anyChange : undefined);
  const shown = shownChildren(range, directory, { kinds, sort: request.sort ?? 'name' });
  return pageAt(request, shown.length, {
    begins: (place, prefix) => range.tree.nameBegins(shown[place] ?? 0, prefix),
    rows: (start, end) => Array.from(shown.subarray(start, end), (node) => rowOf(range, node, parent)),
  });
}

/** What a node is as a row. @param parent the path of its directory, without a slash at the end. */
export function rowOf(range: StackRange, node: number, parent: string): TreeRow {
  const name = range.tree.name(node);
  const path = `${parent}/${name}`;
  const place = range.shown(node);
  if (place === undefined) throw new EngineError('internal', `The entry ${path} is in none of these layers.`);
  const { index, entry } = place;
  const type = index.type(entry);
  const isTree = type === 'directory';
  const isThere = range.now(node) !== undefined;
  const [bytes, bytesBefore] = [range.bytes(node), range.bytesBefore(node)];
  const linkTarget = index.linkTarget(entry);
  const contentDigest = index.contentDigest(entry);
  return {
    path,
    name,
    type,
    change: range.change(node),
    mode: index.mode(entry),
    uid: index.uid(entry),
    gid: index.gid(entry),
    size: isTree ? (isThere ? bytes : bytesBefore) : index.size(entry),
    delta: bytes - bytesBefore,
    mtime: Math.trunc(index.mtime(entry)),
    ...(linkTarget === undefined ? {} : { linkTarget }),
    ...(contentDigest === undefined ? {} : { contentDigest }),
    layer: range.writtenBy(node),
    hasChildren: isTree && hasShownChild(range, node),
    ...(isTree ? { below: range.below(node) } : {}),
  };
}

interface Choice {
  readonly kinds: readonly EntryChange[] | undefined;
  readonly sort: TreeSort;
}

/** Chosen and sorted once: the pages of a directory are asked for one after the other. */
const lists = new WeakMap<StackRange, Map<string, Uint32Array>>();
const KEPT_LISTS = 8;

function shownChildren(range: StackRange, directory: number, choice: Choice): Uint32Array {
  const kept = lists.get(range) ?? new Map<string, Uint32Array>();
  lists.set(range, kept);
  const key = `${directory} ${choice.sort} ${choice.kinds?.join() ?? ''}`;
  const list = kept.get(key) ?? sortedChildren(range, directory, choice);
  kept.delete(key);
  kept.set(key, list);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_LISTS && oldest !== undefined) kept.delete(oldest);
  return list;
}

function sortedChildren(range: StackRange, directory: number, { kinds, sort }: Choice): Uint32Array {
  const { first, end } = range.tree.children(directory);
  const found = new Uint32Array(end - first);
  let count = 0;
  // They stand by name already: by name it takes two passes, and by size a sort that keeps those of one size by name.
  const passes = sort === 'name' ? [true, false] : [undefined];
  for (const directories of passes) {
    for (let node = first; node < end; node += 1) {
      if (range.shown(node) === undefined || !isChosen(range, node, kinds)) continue;
      if (directories !== undefined && isDirectory(range, node) !== directories) continue;
      found[count] = node;
      count += 1;
    }
  }
  const list = found.slice(0, count);
  if (sort === 'name') return list;
  const weigh = sort === 'size' ? sizeOf : deltaOf;
  const weights = new Float64Array(end - first);
  for (const node of list) weights[node - first] = weigh(range, node);
  return list.sort((one, other) => (weights[other - first] ?? 0) - (weights[one - first] ?? 0) || one - other);
}

function isChosen(range: StackRange, node: number, kinds: readonly EntryChange[] | undefined): boolean {
  if (kinds === undefined || kinds.includes(range.change(node))) return true;
  const below = range.below(node);
  return kinds.some((kind) => kind !== 'unchanged' && below[kind] > 0);
}

function sizeOf(range: StackRange, node: number): number {
  return range.now(node) === undefined ? range.bytesBefore(node) : range.bytes(node);
}

/** However it changed: what shrank most is as much of interest as what grew most. */
function deltaOf(range: StackRange, node: number): number {
  return Math.abs(range.bytes(node) - range.bytesBefore(node));
}

export function isDirectory(range: StackRange, node: number): boolean {
  const place = range.shown(node);
  return place?.index.type(place.entry) === 'directory';
}

function hasShownChild(range: StackRange, node: number): boolean {
  const { first, end } = range.tree.children(node);
  for (let child = first; child < end; child += 1) if (range.shown(child) !== undefined) return true;
  return false;
}
