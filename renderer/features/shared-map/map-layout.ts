import type { ChainSegment } from '#engine/contract/sharing.ts';

/** A layer as it is drawn: from where, and how wide. Pixels. */
interface PlacedLayer {
  readonly diffId: string;
  readonly bytes: number;
  readonly left: number;
  readonly width: number;
}

/** A segment as it is drawn: as many rows high as there are images that have it. */
export interface PlacedSegment {
  readonly segment: ChainSegment;
  /** Its place in the list. */
  readonly index: number;
  readonly children: readonly number[];
  /** First of its rows, from 0. */
  readonly row: number;
  readonly rows: number;
  readonly left: number;
  readonly right: number;
  readonly layers: readonly PlacedLayer[];
}

/** No layer is thinner than can be seen. */
const THINNEST = 4;

/**
 * Stacks lying on their side, bases to the left: what images share is one bed as high as all their rows, and each layer
 * is as wide as its bytes.
 *
 * @param width pixels that the longest stack takes.
 */
export function placeSegments(segments: readonly ChainSegment[], width: number): readonly PlacedSegment[] {
  const children = segments.map((_, index) =>
    [...segments.keys()].filter((other) => segments[other]?.parent === index),
  );
  const ends = longestStack(segments);
  const perByte = Math.max(0, width - ends.layers * THINNEST) / Math.max(1, ends.bytes);
  const placed: PlacedSegment[] = [];
  /** The next free row among those of a segment, or of all. */
  const free = new Map<number | undefined, number>();
  for (const [index, segment] of segments.entries()) {
    const { parent, imageCount, images } = segment;
    const below = parent === undefined ? undefined : placed[parent];
    // The images that end with a segment stand in its first rows.
    const row = free.get(parent) ?? 0;
    free.set(parent, row + imageCount);
    free.set(index, row + images.length);
    const layers = placeLayers(segment, below?.right ?? 0, perByte);
    const last = layers.at(-1);
    placed.push({
      segment,
      index,
      children: children[index] ?? [],
      row,
      rows: imageCount,
      left: below?.right ?? 0,
      right: last === undefined ? (below?.right ?? 0) : last.left + last.width,
      layers,
    });
  }
  return placed;
}

function placeLayers({ layers }: ChainSegment, left: number, perByte: number): readonly PlacedLayer[] {
  const placed: PlacedLayer[] = [];
  let at = left;
  for (const { diffId, bytes } of layers) {
    const width = THINNEST + bytes * perByte;
    placed.push({ diffId, bytes, left: at, width });
    at += width;
  }
  return placed;
}

function longestStack(segments: readonly ChainSegment[]): { readonly bytes: number; readonly layers: number } {
  const stacks: { readonly bytes: number; readonly layers: number }[] = [];
  for (const { parent, layers } of segments) {
    const below = parent === undefined ? undefined : stacks[parent];
    const bytes = layers.reduce((sum, layer) => sum + layer.bytes, below?.bytes ?? 0);
    stacks.push({ bytes, layers: (below?.layers ?? 0) + layers.length });
  }
  return {
    bytes: Math.max(0, ...stacks.map(({ bytes }) => bytes)),
    layers: Math.max(0, ...stacks.map(({ layers }) => layers)),
  };
}

/** Where an arrow leads from a segment; itself where it leads nowhere. */
export function segmentBeside(key: string, index: number, placed: readonly PlacedSegment[]): number {
  const here = placed[index];
  if (here === undefined) return index;
  const { parent } = here.segment;
  if (key === 'ArrowLeft') return parent ?? index;
  if (key === 'ArrowRight') return here.children[0] ?? index;
  if (key === 'Home') return 0;
  if (key === 'End') return placed.length - 1;
  const beside = placed.filter(({ segment }) => segment.parent === parent).map((other) => other.index);
  const step = { ArrowDown: 1, ArrowUp: -1 }[key] ?? 0;
  return beside[beside.indexOf(index) + step] ?? index;
}
