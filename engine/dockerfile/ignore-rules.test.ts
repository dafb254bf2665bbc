import { describe, expect, test } from 'vitest';

import { IgnoreRules } from './ignore-rules.ts';

/** Rows of moby/patternmatcher's behaviour: the rules, a path, whether it is left out. */
describe('a path is left out or not', () => {
  test.each<readonly [string, string, boolean]>([
    ['node_modules', 'node_modules/react/index.js', true],
    ['node_modules', 'app/node_modules', false],
    ['**/node_modules', 'app/node_modules/x', true],
    ['**/node_modules', 'node_modules', true],
    ['*', 'anything', true],
    ['*', 'dir/file', true],
    ['*/temp*', 'some/temporary.txt', true],
    ['*/temp*', 'temporary', false],
    ['temp?', 'tempa', true],
    ['temp?', 'temp', false],
    ['temp?', 'temp/', false],
    ['*.md\n!README.md', 'README.md', false],
    ['*.md\n!README.md', 'CHANGES.md', true],
    ['!README.md\n*.md', 'README.md', true],
    ['*.md\n!README*.md\nREADME-secret.md', 'README-secret.md', true],
    ['/abs', 'abs/file', true],
    ['dir/', 'dir/file', true],
    ['./dir', 'dir', true],
    ['dir/../other', 'other', true],
    ['# comment\n\n  spaced  ', 'spaced', true],
    ['**', 'a/b', true],
    ['dir/**', 'dir/a/b', true],
    ['dir/**', 'dir', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a**b', 'a/x/b', true],
    ['a**b', 'ax/b', true],
    ['a**b', 'ab', true],
    ['a**b', 'axb', false],
    ['a**', 'axb', true],
    ['**.md', 'dir/x.md', true],
    ['**x*.md', 'dir/xy.md', true],
    ['**x*.md', 'dir/yx.md', false],
    ['dir/**', 'dir/.x', true],
    ['*e*.t[xy]t', 'dir/deep.txt', false],
    ['**/*e*.t[xy]t', 'dir/deep.txt', true],
    ['[a-c].txt', 'b.txt', true],
    ['[^a-c].txt', 'b.txt', false],
    ['[^a-c].txt', 'd.txt', true],
    ['\\*.txt', '*.txt', true],
    ['\\*.txt', 'a.txt', false],
    ['.', 'file', false],
    ['dir\n!dir/keep', 'dir/keep', false],
    ['dir\n!dir/keep', 'dir/keep/deeper', false],
    ['a.b', 'axb', false],
    ['Thumbs.db\r\n', 'Thumbs.db', true],
  ])('%j, %s: %s', (text, path, wanted) => {
    expect(new IgnoreRules(text).excludes(path)).toBe(wanted);
  });
});

test.each([
  ['dir\n!dir/keep/*.txt', 'dir', true],
  ['dir\n!dir/keep/*.txt', 'dir/keep', true],
  ['dir\n!dir/keep/*.txt', 'dir/other', false],
  ['dir\n!**/keep', 'dir/other', true],
  ['dir', 'dir', false],
])('%j: beneath %s something may be kept: %s', (text, directory, wanted) => {
  expect(new IgnoreRules(text).mayKeepBeneath(directory)).toBe(wanted);
});

test.each(['[a', 'a[]', '!', 'a\\'])('%j is refused', (text) => {
  expect(() => new IgnoreRules(text)).toThrow(/pattern/);
});

test('a pattern that was thought up to slow it down takes no longer', () => {
  expect(new IgnoreRules('**a'.repeat(50)).excludes(`${'a'.repeat(4000)}b`)).toBe(false);
});
