import { expect, test } from 'vitest';

import { findRange } from './become-rootless.ts';

const table = '# ids\nada:100000:65536\n1001:165536:65536\nada:300000:10\nbroken:x:1\n';

test('a range is found by name or number, the first one', () => {
  expect(findRange(table, ['ada', '1000'])).toEqual({ first: 100_000, count: 65_536 });
  expect(findRange(table, ['bob', '1001'])).toEqual({ first: 165_536, count: 65_536 });
});

test('who has none has a count of 0', () => {
  expect(findRange(table, ['eve', '7'])).toEqual({ first: 0, count: 0 });
  expect(findRange(table, ['broken'])).toEqual({ first: 0, count: 0 });
  expect(findRange('', ['ada'])).toEqual({ first: 0, count: 0 });
});
