import { expect, test } from 'vitest';

import { pathBytes, pathText } from './path-text.ts';

test.each([
  ['plain', Buffer.from('usr/bin'), 'usr/bin'],
  ['accents and emoji', Buffer.from('ñandú 🦤'), 'ñandú 🦤'],
  ['latin 1', Buffer.from('caf\xe9.txt', 'latin1'), 'caf\udce9.txt'],
  ['a cut sequence', Buffer.of(0xf0, 0x9f, 0xa6), '\udcf0\udc9f\udca6'],
  ['a surrogate in UTF-8', Buffer.of(0xed, 0xb2, 0x80), '\udced\udcb2\udc80'],
])('a name of %s has one text and comes back from it', (_, bytes, text) => {
  expect(pathText(bytes)).toBe(text);
  expect(pathBytes(text)).toEqual(bytes);
});
