import { expect, test } from 'vitest';

import { median, takeTurns } from './measure.ts';

test('contestants take turns round by round, another one first each time, and the first turn is not counted', async () => {
  const turns: string[] = [];
  const contestant = (name: string): { name: string; sample: () => Promise<number> } => ({
    name,
    sample: async () => turns.push(name),
  });
  const figures = await takeTurns(['a', 'b', 'c'].map(contestant), { rounds: 2, warmsUp: true }, expect.unreachable);
  expect(turns.join('')).toBe('cababcbca');
  expect([...figures.values()].map(({ length }) => length)).toEqual([2, 2, 2]);
});

test('whoever fails is named and left out, and the others go on', async () => {
  const failures: string[] = [];
  const contestants = [
    { name: 'sound', sample: async () => 1 },
    { name: 'broken', sample: () => Promise.reject(new Error('no such command')) },
  ];
  const figures = await takeTurns(contestants, { rounds: 3, warmsUp: false }, (name, reason) => {
    failures.push(`${name}: ${String(reason)}`);
  });
  expect(failures).toEqual(['broken: Error: no such command']);
  expect([...figures]).toEqual([['sound', [1, 1, 1]]]);
});

test('the median is the middle one, whatever the order', () => {
  expect(median([30, 1, 2])).toBe(2);
});
