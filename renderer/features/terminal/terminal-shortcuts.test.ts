import { expect, test } from 'vitest';

import { shortcutOf } from './terminal-shortcuts.ts';

const key = (text: string): Parameters<typeof shortcutOf>[0] => {
  const parts = text.split(' ');
  const has = (name: string): boolean => parts.includes(name);
  return {
    key: parts.at(-1) ?? '',
    ctrlKey: has('Ctrl'),
    metaKey: has('Cmd'),
    shiftKey: has('Shift'),
    altKey: has('Alt'),
  };
};

test.each([
  ['Ctrl Shift C', 'copy'],
  ['Ctrl Shift V', 'paste'],
  ['Ctrl Shift F', 'search'],
  ['Ctrl Shift ArrowUp', 'leave'],
  ['Ctrl =', 'zoom-in'],
  ['Ctrl Shift +', 'zoom-in'],
  ['Ctrl -', 'zoom-out'],
  ['Ctrl 0', 'zoom-reset'],
  ['Ctrl c', undefined],
  ['Ctrl v', undefined],
  ['Ctrl f', undefined],
  ['Ctrl Alt -', undefined],
  ['Cmd c', undefined],
  ['c', undefined],
])('%s is %s', (text, shortcut) => {
  expect(shortcutOf(key(text), false)).toBe(shortcut);
});

test.each([
  ['Cmd c', 'copy'],
  ['Cmd v', 'paste'],
  ['Cmd f', 'search'],
  ['Cmd Shift F', 'search'],
  ['Cmd -', 'zoom-out'],
  ['Ctrl c', undefined],
])('on a Mac %s is %s', (text, shortcut) => {
  expect(shortcutOf(key(text), true)).toBe(shortcut);
});
