import { EngineError } from '#engine/contract/errors.ts';
import type { EntryChange, TreeRow } from '#engine/contract/layer.ts';

import type { EntryIndex } from './entry-index.ts';
import { isDirectory, rowOf } from './layer-tree.ts';
import type { WalkChoice } from './range-requests.ts';
import { rangeOf } from './recent-stacks.ts';
import type { StackRange } from './stack-range.ts';

export interface WalkRequest extends WalkChoice {
  /** Layers, both ends included; base = 0. */
  readonly from: number;
  readonly to: number;
}

/**
 * Everything beneath a directory with what the range did to it, each before what is in it, by the bytes of the names.
 *
 * @throws EngineError `not-found` for a path that isn't a directory there.
 */
export function walkRange(indexes: readonly EntryIndex[], request: WalkRequest): Generator<TreeRow> {
  return walkIn(rangeOf(indexes, request.from, request.to), request);
}

/** The same of a range that is known. */
export function* walkIn(range: StackRange, request: WalkChoice): Generator<TreeRow> {
  const node = range.tree.find(request.path);
  if (node === undefined || !isDirectory(range, node)) {
    throw new EngineError('not-found', `There is no directory ${request.path} in these layers.`);
  }
  const parent = node === 0 ? '' : range.tree.path(node);
  yield* beneath({ range, kinds: request.changes }, { node, parent, depth: request.depth ?? Infinity });
}

interface Walk {
  readonly range: StackRange;
  readonly kinds: readonly EntryChange[] | undefined;
}

function* beneath(
  walk: Walk,
  { node, parent, depth }: { readonly node: number; readonly parent: string; readonly depth: number },
): Generator<TreeRow> {
  const { range, kinds } = walk;
  const { first, end } = range.tree.children(node);
  for (let child = first; child < end; child += 1) {
    if (range.shown(child) === undefined) continue;
    if (kinds?.includes(range.change(child)) !== false) yield rowOf(range, child, parent);
    if (depth < 2) continue;
    yield* beneath(walk, { node: child, parent: `${parent}/${range.tree.name(child)}`, depth: depth - 1 });
  }
}
