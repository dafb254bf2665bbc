import { expect, test } from 'vitest';

import { mapsAllIds } from './user-namespace.ts';

test('only the first namespace maps all ids', () => {
  expect(mapsAllIds('         0          0 4294967295\n')).toBe(true);
  expect(mapsAllIds('         0       1000          1\n         1     100000      65536\n')).toBe(false);
});
