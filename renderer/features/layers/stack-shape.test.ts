import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import type { ImageLayer, ImageStep } from '#engine/contract/image.ts';

import { bedThickness, formatSpan, parseSpan, stackItems } from './stack-shape.ts';

const digest = parseDigest(`sha256:${'0'.repeat(64)}`);
const layer = (step: number): ImageLayer => ({
  diffId: digest,
  chainId: digest,
  mediaType: '',
  compressedSize: 0,
  size: 0,
  entryCount: 0,
  sharedWith: [],
  step,
});
const step = (instruction: string, index?: number): ImageStep => ({
  createdBy: instruction,
  instruction,
  ...(index === undefined ? {} : { layer: index }),
});

test('steps lie beside their layers, the newest on top', () => {
  const steps = [step('ADD', 0), step('ENV'), step('RUN', 1), step('CMD')];
  const items = stackItems({ steps, layers: [layer(0), layer(2)] });
  expect(items.map((item) => `${item.kind} ${item.step?.instruction ?? ''}`)).toEqual([
    'step CMD',
    'layer RUN',
    'step ENV',
    'layer ADD',
  ]);
});

test('layers that the history does not tell of are drawn all the same', () => {
  const items = stackItems({ steps: [], layers: [layer(0), layer(0)] });
  expect(items.map((item) => item.index)).toEqual([1, 0]);
});

test('a layer is the thicker the more bytes it has, within bounds', () => {
  const heights = [0, 1e5, 1e7, 1e9, 1e12].map(bedThickness);
  expect(heights).toEqual(heights.toSorted((a, b) => a - b));
  expect([heights[0], heights.at(-1)]).toEqual([46, 132]);
});

test('an address names layers from 1', () => {
  expect(parseSpan('2', 3)).toEqual({ from: 1, to: 1 });
  expect(parseSpan('1-3', 3)).toEqual({ from: 0, to: 2 });
  expect(formatSpan({ from: 0, to: 2 })).toBe('1-3');
  for (const wrong of [null, '', '0', '4', '3-2', '1-4', 'x']) expect(parseSpan(wrong, 3)).toBeUndefined();
});
