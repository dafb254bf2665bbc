import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';

import type { SizedEntry } from '#renderer/stores/size-map.ts';

/** A rectangle of the picture, in pixels from its top left corner. */
export interface PlacedEntry {
  readonly entry: SizedEntry;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** What is in it that can be seen; nothing of these themselves. */
  readonly inside: readonly PlacedEntry[];
}

/** Of a directory's name, above what is in it. */
const HEAD = 22;
const GAP = 3;
/** Pixels: what is smaller either way is none that can be pressed (WCAG 2.5.8), nor read. */
export const LEAST = 26;

interface Node {
  readonly entry?: SizedEntry;
  readonly entries: readonly SizedEntry[];
}

/** Rectangles as large as their bytes, near to squares; what is too small to be told apart is left out. */
export function placeEntries(
  entries: readonly SizedEntry[],
  { width, height }: { readonly width: number; readonly height: number },
): readonly PlacedEntry[] {
  const root = hierarchy<Node>({ entries }, ({ entries: inside }) =>
    inside.map((entry) => ({ entry, entries: entry.entries })),
  ).sum(ownBytes);
  const placed = treemap<Node>()
    .tile(treemapSquarify)
    .size([width, height])
    .paddingInner(GAP)
    .paddingTop(({ depth, children }) => (depth === 1 && children !== undefined ? HEAD : 0))
    .paddingRight(({ depth }) => (depth === 1 ? GAP : 0))
    .paddingBottom(({ depth }) => (depth === 1 ? GAP : 0))
    .paddingLeft(({ depth }) => (depth === 1 ? GAP : 0))
    .round(true)(root);
  return visible(placed.children ?? []);
}

/** Bytes that none of its entries has. */
function ownBytes({ entry, entries }: Node): number {
  return Math.max(0, (entry?.size ?? 0) - entries.reduce((sum, { size }) => sum + size, 0));
}

interface Rectangle {
  readonly data: Node;
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly children?: readonly Rectangle[] | undefined;
}

function visible(nodes: readonly Rectangle[]): readonly PlacedEntry[] {
  return nodes.flatMap(({ data: { entry }, x0, y0, x1, y1, children }) => {
    const [width, height] = [x1 - x0, y1 - y0];
    if (entry === undefined || width < LEAST || height < LEAST) return [];
    return [{ entry, left: x0, top: y0, width, height, inside: visible(children ?? []) }];
  });
}
