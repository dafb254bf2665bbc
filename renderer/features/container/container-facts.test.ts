import { expect, test } from 'vitest';

import { envFact } from './container-facts.ts';

test.each([
  ['PATH=/bin:/usr/bin', false],
  ['DB_PASSWORD=hunter2', true],
  ['MYSQL_ROOT_PASSWD=x', true],
  ['API_KEY=x', true],
  ['GITHUB_TOKEN=x', true],
  ['KEYBOARD=es', false],
  ['SECRET_KEY_BASE=x', true],
])('of %s the value is hidden: %s', (line, isHidden) => {
  expect(envFact(line).isSecret ?? false).toBe(isHidden);
});

test('a value keeps whatever is in it', () => {
  expect(envFact('OPTIONS=a=b c')).toMatchObject({ name: 'OPTIONS', value: 'a=b c' });
});
