import { expect, test } from 'vitest';

import { hintFor } from './build-hint.ts';
import type { MissReason } from './build.ts';

const file: MissReason = { kind: 'file', path: '/a', change: 'content' };
const step = (line: number, durationMs: number, ...reasons: MissReason[]) =>
  ({ number: line, stage: '0', line, durationMs, verdict: { kind: 'missed', reasons } }) as const;
const above = (line: number): MissReason => ({ kind: 'above', line });

test('what ran again only because files above had changed could have been kept', () => {
  const copy = step(2, 10, file);
  const steps = [
    copy,
    step(3, 1000, above(2)),
    step(4, 500, above(3)),
    step(5, 9000, above(4), { kind: 'variable', name: 'A' }),
    step(6, 9000, above(5)),
    { ...step(7, 9000, above(2)), stage: '1' },
  ];
  expect(hintFor(copy, steps)).toEqual({ lines: [3, 4], lostMs: 1500 });
});

test.each([
  ['a step that was known', { ...step(2, 10), verdict: { kind: 'hit' } as const }],
  ['one that is itself another', step(2, 10, file, { kind: 'instruction', before: 'COPY b', now: 'COPY a' })],
  ['one beneath what was made anew', step(2, 10, above(1))],
])('%s has no hint', (_, copy) => {
  expect(hintFor(copy, [copy, step(3, 1000, above(2))])).toBeUndefined();
});

test('a moment is no loss', () => {
  const copy = step(2, 10, file);
  expect(hintFor(copy, [copy, step(3, 99, above(2))])).toBeUndefined();
});
