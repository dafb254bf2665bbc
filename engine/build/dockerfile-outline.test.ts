import { expect, test } from 'vitest';

import { outlineOf } from './dockerfile-outline.ts';

test('stages, their steps, and what each step takes from other stages', () => {
  const { stages, variables } = outlineOf(`ARG BASE=debian
FROM $BASE AS Deps
ENV HOME=/srv PORT=80
FROM deps AS build
RUN --mount=type=bind,from=deps,target=/d \\
  true
FROM scratch
COPY --from=1 /a /a
COPY --from=elsewhere /b /b
`);
  expect(stages.map(({ name, image }) => [name, image])).toEqual([
    ['deps', '$BASE'],
    ['build', 'deps'],
    ['2', 'scratch'],
  ]);
  expect(stages.map(({ steps }) => steps.map(({ line, endLine, needs }) => [line, endLine, needs]))).toEqual([
    [
      [2, 2, []],
      [3, 3, []],
    ],
    [
      [4, 4, [0]],
      [5, 6, [0]],
    ],
    [
      [7, 7, []],
      [8, 8, [1]],
      [9, 9, []],
    ],
  ]);
  expect(variables).toEqual(['BASE', 'HOME', 'PORT']);
});

test('a stage takes nothing from one of its own name, or from a later one', () => {
  const { stages } = outlineOf('FROM debian AS debian\nCOPY --from=last /a /a\nFROM debian AS last\n');
  expect(stages.map(({ steps }) => steps.map(({ needs }) => needs))).toEqual([[[], []], [[0]]]);
});

test.each(['', 'RUN nothing', 'FRM x\nFROM y\nCPY\n', 'COPY <<E /a\nopen'])('%j is told as far as it goes', (text) => {
  expect(outlineOf(text).stages.flatMap(({ steps }) => steps.map(({ text: written }) => written))).toEqual(
    text.includes('FROM') ? ['FROM y'] : [],
  );
});
