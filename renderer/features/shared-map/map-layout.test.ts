import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import type { ChainSegment } from '#engine/contract/sharing.ts';

import { placeSegments, segmentBeside } from './map-layout.ts';

const digest = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`);
const segment = (
  parent: number | undefined,
  bytes: readonly number[],
  counts: readonly [number, number],
): ChainSegment => ({
  ...(parent === undefined ? {} : { parent }),
  layers: bytes.map((size) => ({ diffId: digest('a'), bytes: size, isRepeated: false })),
  bytes: bytes.reduce((sum, size) => sum + size, 0),
  imageCount: counts[0],
  images: Array.from({ length: counts[1] }, (_, index) => ({ id: digest('b'), name: `image ${index}`, bytes: 0 })),
});

/** A trunk with an image of its own and two branches, and a stack beside it. */
const segments = [
  segment(undefined, [600, 200], [4, 1]),
  segment(0, [200], [2, 2]),
  segment(0, [100], [1, 1]),
  segment(undefined, [50], [1, 1]),
];

test('what is shared is as high as the images that have it, and branches begin where their trunk ends', () => {
  const placed = placeSegments(segments, 1012);
  expect(placed.map(({ row, rows }) => [row, rows])).toEqual([
    [0, 4],
    [1, 2],
    [3, 1],
    [4, 1],
  ]);
  expect(placed.map(({ left, right }) => [left, right])).toEqual([
    [0, 808],
    [808, 1012],
    [808, 912],
    [0, 54],
  ]);
  expect(placed[0]?.layers.map(({ left, width }) => [left, width])).toEqual([
    [0, 604],
    [604, 204],
  ]);
});

test.each([
  ['ArrowRight', 0, 1],
  ['ArrowDown', 1, 2],
  ['ArrowUp', 1, 1],
  ['ArrowLeft', 2, 0],
  ['ArrowDown', 0, 3],
  ['ArrowRight', 3, 3],
  ['End', 0, 3],
  ['Home', 2, 0],
])('%s leads from %i to %i', (key, from, to) => {
  expect(segmentBeside(key, from, placeSegments(segments, 100))).toBe(to);
});
