import { expect, test } from 'vitest';

import { mapsAllIds, mapsId } from './user-namespace.ts';

test('only the first namespace maps all ids', () => {
  expect(mapsAllIds('         0          0 4294967295\n')).toBe(true);
  expect(mapsAllIds('         0       1000          1\n         1     100000      65536\n')).toBe(false);
});

test('an id is there when a line of the map has it', () => {
  const map = '         0       1000          1\n         1     100000      65536\n';
  expect([0, 5, 65_536, 65_537].map((id) => mapsId(map, id))).toEqual([true, true, true, false]);
  expect(mapsId('         0       1000          1\n', 5)).toBe(false);
});
