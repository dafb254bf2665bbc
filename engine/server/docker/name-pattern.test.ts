import { expect, test } from 'vitest';

import { fitsExpression, fitsReference } from './name-pattern.ts';

test.each([
  ['/web', 'web', true],
  ['/my-web-1', 'web', true],
  ['/web', '^/web$', true],
  ['/webs', '^/web$', false],
  ['/web-12', '^/(web|db)-[0-9]{1,3}$', true],
  ['/web', '(?i)WEB', true],
  ['/web', '^/[[:alpha:]]+$', true],
  ['/web', '(', false],
  ['/a(b', '(', true],
  ['/web', '(?=web)', false],
  ['/webb', String.raw`(b)\1`, false],
  ['/web', '', true],
  ['/web', 'w'.repeat(2000), false],
])('%s and the expression %s: %s', (name, expression, fits) => {
  expect(fitsExpression(name, expression)).toBe(fits);
});

test.each([
  ['redis:4', 'redis', true],
  ['redis:4', 'redis:4*', true],
  ['redis:4', 'redis:5', false],
  ['team/redis:4', '*/redis', true],
  ['team/redis:4', '*redis', false],
  ['rexdis:4', 're.dis', false],
  ['host:5000/app:1', 'host:5000/app', true],
])('%s and the pattern %s: %s', (name, pattern, fits) => {
  expect(fitsReference(name, pattern)).toBe(fits);
});

test('an expression that costs others their time, and as many stars as there is room for, end', () => {
  const name = `${'a'.repeat(200)}!`;
  expect(fitsExpression(name, '(a+)+$')).toBe(false);
  expect(fitsExpression(name, '^(a|a)*(a|a)*(a|a)*$')).toBe(false);
  expect(fitsReference(name, `${'*a'.repeat(80)}b`)).toBe(false);
});
