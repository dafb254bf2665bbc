import { expect, test } from 'vitest';

import { movedTo, placeOf, spaceHeight, TALLEST } from './scaled-scroll.ts';

const view = 600;
const usual = { content: 26_000, view };
/** Four million rows. */
const tall = { content: 104_000_000, view };

test('a list that a browser can draw stands where its bar does', () => {
  expect(spaceHeight(usual.content)).toBe(26_000);
  expect(movedTo(usual, { top: 0, bar: 0 }, 12_345)).toEqual({ top: 12_345, bar: 12_345 });
  expect(placeOf(usual, 777)).toEqual({ top: 777, bar: 777 });
});

test('a taller one is reached from its first row to its last by the bar', () => {
  expect(spaceHeight(tall.content)).toBe(TALLEST);
  const end = TALLEST - view;
  expect(movedTo(tall, { top: 0, bar: 0 }, end)).toEqual({ top: tall.content - view, bar: end });
  expect(movedTo(tall, { top: 5e7, bar: end / 2 }, 0)).toEqual({ top: 0, bar: 0 });
  const half = movedTo(tall, { top: 0, bar: 0 }, end / 2);
  expect(half.top).toBeCloseTo((tall.content - view) / 2, 3);
});

test('a step of the wheel passes over no row, however tall the list is', () => {
  let place = placeOf(tall, 50_000_000);
  for (let step = 0; step < 100; step += 1) place = movedTo(tall, place, place.bar + 100);
  expect(place.top).toBeCloseTo(50_010_000, 3);
  expect(movedTo(tall, { top: 40, bar: 90 }, 0).top).toBe(0);
});

test('what is gone to lies within the list', () => {
  expect(placeOf(tall, tall.content)).toEqual({ top: tall.content - view, bar: TALLEST - view });
  expect(placeOf(tall, -5)).toEqual({ top: 0, bar: 0 });
  expect(placeOf({ content: 100, view }, 50)).toEqual({ top: 0, bar: 0 });
});
