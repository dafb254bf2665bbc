import { expect, test } from 'vitest';

import { RecentMap } from './recent-map.ts';

test('keeps so many, and of those the ones that were used last', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect(['a', 'b', 'c'].filter((key) => map.has(key))).toEqual(['a', 'c']);
});

test('a value that is set again takes no second place', () => {
  const map = new RecentMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('b', 3);
  expect([map.get('a'), map.get('b')]).toEqual([1, 3]);
});
