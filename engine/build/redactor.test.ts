import { expect, test } from 'vitest';

import { Redactor } from './redactor.ts';

function printed(secrets: readonly string[], pieces: readonly string[]): string {
  const redactor = new Redactor(secrets.map((secret) => Buffer.from(secret)));
  return pieces.map((piece) => redactor.add(piece)).join('') + redactor.rest();
}

test.each([
  [['tiger'], ['a tiger here\n'], 'a *** here\n'],
  [['tiger\n'], ['a tig', 'er here'], 'a *** here'],
  [['tiger'], ['t', 'i', 'g', 'e', 'r', 's'], '***s'],
  [['tiger'], ['tig', 'lon'], 'tiglon'],
  [['tiger'], ['ends in tig'], 'ends in tig'],
  [['tiger', 'lion king'], ['tiger, lion', ' king'], '***, ***'],
  [['abc'], ['abc'], 'abc'],
  [[], ['all of it'], 'all of it'],
])('of %j, %j is %j', (secrets, pieces, wanted) => {
  expect(printed(secrets, pieces)).toBe(wanted);
});
