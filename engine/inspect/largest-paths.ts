import type { SizedPath } from '#engine/contract/waste.ts';
import { StackRange } from '#engine/layer/stack-range.ts';

import { largest } from './largest.ts';
import type { LayerFile, WeighedStack } from './weigh-stack.ts';

const MOST = 30;
/** A directory of which one child has more than this says nothing that the child doesn't say better. */
const MOSTLY = 0.8;

export function largestFiles(stack: WeighedStack): SizedPath[] {
  return largest(visible(stack), MOST, ({ size }) => size).map(({ path, size, layer }) => ({
    path,
    bytes: size,
    layer,
  }));
}

function* visible(stack: WeighedStack): Generator<LayerFile> {
  for (const file of stack.files()) if (stack.isVisible(file)) yield file;
}

export function largestDirectories({ tree, indexes }: WeighedStack): SizedPath[] {
  const range = StackRange.of(tree, 0, indexes.length - 1);
  return largest(telling(range), MOST, (node) => range.bytes(node)).map((node) => ({
    path: tree.path(node),
    bytes: range.bytes(node),
    layer: range.writtenBy(node),
  }));
}

/** Directories but for the root, and for those that are mostly one directory. */
function* telling(range: StackRange): Generator<number> {
  const { tree } = range;
  const mostBelow = new Float64Array(tree.count);
  // Children come after their parents.
  for (let node = tree.count - 1; node > 0; node -= 1) {
    const place = range.now(node);
    if (place?.index.type(place.entry) !== 'directory') continue;
    const bytes = range.bytes(node);
    const parent = tree.parent(node);
    mostBelow[parent] = Math.max(mostBelow[parent] ?? 0, bytes);
    if ((mostBelow[node] ?? 0) <= bytes * MOSTLY) yield node;
  }
}
