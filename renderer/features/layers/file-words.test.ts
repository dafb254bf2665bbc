import { expect, test } from 'vitest';

import { attributeWords, modeWords, ownerWords } from './file-words.ts';

test.each([
  ['file', 0o644, '-rw-r--r--'],
  ['directory', 0o755, 'drwxr-xr-x'],
  ['directory', 0o1777, 'drwxrwxrwt'],
  ['file', 0o4755, '-rwsr-xr-x'],
  ['file', 0o2644, '-rw-r-Sr--'],
  ['symlink', 0o777, 'lrwxrwxrwx'],
])('a %s of mode %o is written %s', (type, mode, words) => {
  expect(modeWords(type, mode)).toBe(words);
});

test('only root goes by its name', () => {
  expect(ownerWords(0, 0)).toBe('root');
  expect(ownerWords(101, 0)).toBe('101:0');
});

test.each([
  ['system_u:object_r:bin_t', 'c3lzdGVtX3U6b2JqZWN0X3I6YmluX3QA'],
  ['0x0100000200040000', 'AQAAAgAEAAA='],
  ['', ''],
])('an attribute reads %j', (words, base64) => {
  expect(attributeWords(base64)).toBe(words);
});
