import { describe, expect, test } from 'vitest';

import { DockerfileError } from './problem.ts';
import { expand } from './shell-lexer.ts';

const variables = new Map([
  ['HOME', '/home/jess'],
  ['EMPTY', ''],
  ['SPACED', 'a b'],
  ['FILE', 'archive.tar.gz'],
  ['foo', 'xxyyxx'],
]);
const options = { escape: '\\', variables } as const;

describe('variables', () => {
  test.each([
    ['$HOME/bin', '/home/jess/bin'],
    ['${HOME}x', '/home/jessx'],
    ['$NONE.', '.'],
    ['\\$HOME', '$HOME'],
    ["'$HOME'", '$HOME'],
    ['"$HOME"', '/home/jess'],
    ['"\\$HOME"', '$HOME'],
    ['"\\n"', '\\n'],
    ['a\\\\b', 'a\\b'],
    ['${NONE:-word}', 'word'],
    ['${EMPTY:-word}', 'word'],
    ['${EMPTY-word}', ''],
    ['${HOME:+set}', 'set'],
    ['${EMPTY:+set}', ''],
    ['${EMPTY+set}', 'set'],
    ['${NONE:-${HOME}/x}', '/home/jess/x'],
    ['${FILE%.*}', 'archive.tar'],
    ['${FILE%%.*}', 'archive'],
    ['${FILE#*.}', 'tar.gz'],
    ['${FILE##*.}', 'gz'],
    ['${foo/xx/z}', 'zyyxx'],
    ['${foo//xx/z}', 'zyyz'],
    ['${foo//?/-}', '------'],
    ['${foo/\\x/-}', '-xyyxx'],
    ['${FILE/./}', 'archivetar.gz'],
    ['$', '$'],
    ['cost: 5$', 'cost: 5$'],
    ['$1', ''],
    ['${#}', ''],
  ])('%s is %s', (text, wanted) => {
    expect(expand(text, options).text).toBe(wanted);
  });

  test('a backtick escapes where the file says so', () => {
    expect(expand('`$HOME C:\\dir', { ...options, escape: '`' }).text).toBe('$HOME C:\\dir');
  });

  test('names that are not set are told, but for those with something to fall back on', () => {
    expect(expand('$A ${B} ${C:-c} ${D%x} $HOME', options).unset).toEqual(['A', 'B', 'D']);
  });
});

describe('words', () => {
  test.each([
    ['a  b', ['a', 'b']],
    ['"a b" c', ['a b', 'c']],
    ['$SPACED', ['a', 'b']],
    ['"$SPACED"', ['a b']],
    ['a"" ""', ['a', '']],
    ['${NONE:-a b}c', ['a', 'bc']],
    ['a\\ b', ['a b']],
  ])('%s is cut into %j', (text, wanted) => {
    expect(expand(text, options).words).toEqual(wanted);
  });
});

test.each([
  ["'abc", 'single-quote'],
  ['"abc', 'double-quote'],
  ['${HOME', "missing '}'"],
  ['${', "missing '}'"],
  ['${}', 'bad substitution'],
  ['${HOME:=x}', 'unsupported modifier (:=)'],
  ['${HOME@U}', 'unsupported modifier (@)'],
  ['${NONE:?is needed}', 'NONE: is needed'],
  ['${EMPTY:?}', 'EMPTY: is not allowed to be empty'],
  ['${NONE?}', 'NONE: is not allowed to be unset'],
  ['${HOME:-x', 'unexpected end of statement'],
])('%s is refused: %s', (text, words) => {
  expect(() => expand(text, options)).toThrow(DockerfileError);
  expect(() => expand(text, options)).toThrow(words);
});

test.each([
  ['it\'s "$HOME"', 'it\'s "/home/jess"'],
  ["'$HOME'", "'/home/jess'"],
  ['"\\$HOME" \\\\', '"$HOME" \\'],
  ['${NONE:-"x"}', '"x"'],
])('%s where quotes mean nothing is %s', (text, wanted) => {
  expect(expand(text, { ...options, ignoresQuotes: true }).text).toBe(wanted);
});

test('a pattern that was thought up to slow it down takes no longer', () => {
  const long = new Map([['x', 'a'.repeat(3000)]]);
  expect(expand(`\${x%${'*a'.repeat(40)}*b}`, { escape: '\\', variables: long }).text).toHaveLength(3000);
  expect(expand(`\${x//${'*a'.repeat(40)}*b/z}`, { escape: '\\', variables: long }).text).toHaveLength(3000);
});
