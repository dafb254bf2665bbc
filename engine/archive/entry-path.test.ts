import { expect, test } from 'vitest';

import { entryPath } from './entry-path.ts';

test.each([
  ['etc/passwd', ['etc', 'passwd']],
  ['./usr//bin/', ['usr', 'bin']],
  ['./', []],
  ['/', []],
  ['..data', ['..data']],
  ['a/...', ['a', '...']],
])('%s names %j', (name, parts) => {
  expect(entryPath(name)).toEqual(parts);
});

test.each([
  ['../x', 'climbs'],
  ['a/../../x', 'climbs'],
  ['a/..', 'climbs'],
  ['/etc/passwd', 'absolute'],
  ['', 'without a name'],
  ['x'.repeat(256), 'longer'],
  ['ñ'.repeat(128), 'longer'],
  ['d/'.repeat(2000), 'longer'],
])('%s is refused', (name, sentence) => {
  expect(() => entryPath(name)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  expect(() => entryPath(name)).toThrow(sentence);
});
