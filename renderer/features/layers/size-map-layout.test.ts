import { expect, test } from 'vitest';

import type { SizedEntry } from '#renderer/stores/size-map.ts';

import { LEAST, type PlacedEntry, placeEntries } from './size-map-layout.ts';

function entry(path: string, size: number, entries: readonly SizedEntry[] = []): SizedEntry {
  return { path, name: path, size, layer: 0, hasChildren: entries.length > 0, entries };
}

const frame = { width: 600, height: 300 };

function areaOf({ width, height }: PlacedEntry): number {
  return width * height;
}

test('what has twice the bytes has about twice the room', () => {
  const [large, small] = placeEntries([entry('/a', 2_000_000), entry('/b', 1_000_000)], frame);
  if (large === undefined || small === undefined) throw new Error('both can be seen');
  expect(areaOf(large) / areaOf(small)).toBeCloseTo(2, 1);
  expect(large.left + large.width).toBeLessThan(small.left);
});

test('what is in a directory lies within it, beneath its name, and leaves room for what is not shown', () => {
  const inside = [entry('/usr/lib', 300_000), entry('/usr/bin', 200_000)];
  const [usr] = placeEntries([entry('/usr', 1_000_000, inside)], frame);
  expect(usr?.inside.map(({ entry: { path } }) => path)).toEqual(['/usr/lib', '/usr/bin']);
  for (const { left, top, width, height } of usr?.inside ?? []) {
    expect(top).toBeGreaterThanOrEqual(20);
    expect(left + width).toBeLessThanOrEqual(frame.width);
    expect(top + height).toBeLessThanOrEqual(frame.height);
  }
  const used = (usr?.inside ?? []).reduce((sum, placed) => sum + areaOf(placed), 0);
  expect(used / (frame.width * frame.height)).toBeLessThan(0.55);
});

test('what could be neither pressed nor read is left out', () => {
  const placed = placeEntries([entry('/large', 1e9), entry('/tiny', 1), entry('/none', 0)], frame);
  expect(placed.map(({ entry: { path } }) => path)).toEqual(['/large']);
  const many = Array.from({ length: 60 }, (_, index) => entry(`/${index}`, 60 - index));
  for (const { width, height } of placeEntries(many, frame))
    expect(Math.min(width, height)).toBeGreaterThanOrEqual(LEAST);
});
