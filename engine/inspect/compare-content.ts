import type { Digest } from '#engine/contract/digest.ts';
import type { ComparedContent } from '#engine/contract/comparison.ts';
import type { StackRange } from '#engine/layer/stack-range.ts';
import type { Place } from '#engine/layer/stack-tree.ts';

import { largest } from './largest.ts';

const MOST_MOVED = 100;

interface Content {
  readonly size: number;
  isBefore: boolean;
  isNow: boolean;
  /** A path that went, and one that came: nodes, the root for none. */
  from: number;
  to: number;
}

/** The bytes of two trees by what they are. What can't have changed isn't looked at twice. */
export function compareContent(range: StackRange): ComparedContent {
  const contents = contentsOf(range);
  const sums = { sharedBytes: 0, beforeBytes: 0, nowBytes: 0 };
  for (const { size, isBefore, isNow } of contents.values()) {
    if (isBefore && isNow) sums.sharedBytes += size;
    else if (isNow) sums.nowBytes += size;
    else sums.beforeBytes += size;
  }
  const moved = [...contents.values()].filter(({ from, to }) => from !== 0 && to !== 0);
  const { tree } = range;
  return {
    ...sums,
    moved: largest(moved, MOST_MOVED, ({ size }) => size).map(({ from, to, size }) => ({
      from: tree.path(from),
      to: tree.path(to),
      size,
    })),
  };
}

function contentsOf(range: StackRange): ReadonlyMap<Digest, Content> {
  const contents = new Map<Digest, Content>();
  const of = (place: Place | undefined): Content | undefined => {
    const digest = place?.index.type(place.entry) === 'file' ? place.index.contentDigest(place.entry) : undefined;
    if (place === undefined || digest === undefined) return undefined;
    const content = contents.get(digest) ?? {
      size: place.index.size(place.entry),
      isBefore: false,
      isNow: false,
      from: 0,
      to: 0,
    };
    contents.set(digest, content);
    return content;
  };
  for (let node = 1; node < range.tree.count; node += 1) {
    const change = range.change(node);
    const now = of(range.now(node));
    if (now !== undefined) {
      now.isNow = true;
      if (change === 'added') now.to = node;
    }
    const isSame = change === 'unchanged' || change === 'metadata';
    const before = isSame ? now : of(range.before(node));
    if (before === undefined) continue;
    before.isBefore = true;
    if (change === 'removed') before.from = node;
  }
  return contents;
}
