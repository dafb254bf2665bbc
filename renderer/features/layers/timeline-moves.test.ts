import { expect, test } from 'vitest';

import type { Span } from './stack-shape.ts';
import { barHeight, draggedSpan, movedSpan } from './timeline-moves.ts';

const top = 5;

test.each<[string, Span, string, Span]>([
  ['one layer goes on to the next', { from: 2, to: 2 }, 'ArrowRight', { from: 3, to: 3 }],
  ['and back', { from: 2, to: 2 }, 'ArrowLeft', { from: 1, to: 1 }],
  ['not beyond the top', { from: 5, to: 5 }, 'ArrowRight', { from: 5, to: 5 }],
  ['nor below the base', { from: 0, to: 0 }, 'ArrowLeft', { from: 0, to: 0 }],
  ['the base goes on to the next as one layer', { from: 0, to: 0 }, 'ArrowRight', { from: 1, to: 1 }],
  ['what is shown from the base up grows', { from: 0, to: 2 }, 'ArrowRight', { from: 0, to: 3 }],
  ['and shrinks', { from: 0, to: 2 }, 'ArrowLeft', { from: 0, to: 1 }],
  ['a range moves as it is', { from: 1, to: 3 }, 'ArrowRight', { from: 2, to: 4 }],
  ['with Shift it is made longer', { from: 2, to: 2 }, 'Shift ArrowRight', { from: 2, to: 3 }],
  ['and shorter, past its beginning too', { from: 2, to: 2 }, 'Shift ArrowLeft', { from: 1, to: 1 }],
  ['Home is the base', { from: 2, to: 4 }, 'Home', { from: 0, to: 0 }],
  ['End is the top', { from: 2, to: 4 }, 'End', { from: 5, to: 5 }],
])('%s', (_, span, keys, expected) => {
  const key = keys.replace('Shift ', '');
  expect(movedSpan(key, span, { top, isExtending: key !== keys })).toEqual(expected);
});

test('any other key moves nothing', () => {
  expect(movedSpan('a', { from: 0, to: 0 }, { top, isExtending: false })).toBeUndefined();
});

test('a drag is a range whichever way it goes', () => {
  expect(draggedSpan(4, 1)).toEqual({ from: 1, to: 4 });
  expect(draggedSpan(1, 4)).toEqual({ from: 1, to: 4 });
});

test('a bar is never nothing, and never more than all', () => {
  expect([barHeight(0), barHeight(1e3), barHeight(1e6), barHeight(1e12)]).toEqual([8, 8, 54, 100]);
});
