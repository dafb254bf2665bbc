import { expect, test } from 'vitest';

import { interpolate } from './interpolate.ts';

const variables = { NAME: 'ana', EMPTY: '' };

test.each([
  ['a $NAME b', 'a ana b'],
  ['${NAME}s', 'anas'],
  ['$$NAME $${NAME}', '$NAME ${NAME}'],
  ['${NOBODY}', ''],
  ['${NOBODY:-x}', 'x'],
  ['${NOBODY-x}', 'x'],
  ['${EMPTY:-x}', 'x'],
  ['${EMPTY-x}', ''],
  ['${NAME:+yes}${NOBODY:+no}${EMPTY+set}', 'yesset'],
  ['${NOBODY:-${NAME:-x}/${EMPTY:-{}}}', 'ana/{}'],
  ['${NAME?must be}', 'ana'],
])('%s becomes %s', (text, filled) => {
  expect(interpolate(text, variables)).toBe(filled);
});

test.each([
  ['${NOBODY:?who is it}', 'the variable NOBODY is missing a value: who is it'],
  ['${EMPTY:?}', 'the variable EMPTY is missing a value: it has to be set'],
  ['${NAME', 'names no variable'],
  ['${NA ME}', 'names no variable'],
  ['costs $5', 'names no variable'],
])('%s is refused', (text, words) => {
  expect(() => interpolate(text, variables)).toThrow(words);
});
