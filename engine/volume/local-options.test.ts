import { expect, test } from 'vitest';

import { localMount } from './local-options.ts';

test('a volume without options is a plain directory', () => {
  expect(localMount({})).toBeUndefined();
});

test('memory and another directory are mounted with the words they were given', () => {
  expect(localMount({ type: 'tmpfs', device: 'tmpfs', o: 'size=1m,uid=1000' })).toEqual({
    type: 'tmpfs',
    device: 'tmpfs',
    words: ['size=1m', 'uid=1000'],
  });
  expect(localMount({ type: 'none', device: '/srv', o: 'bind,ro' })).toEqual({
    type: 'bind',
    device: '/srv',
    words: ['bind', 'ro'],
  });
});

test.each([
  [{ size: '1m' }, 'invalid option: "size"'],
  [{ type: 'tmpfs' }, 'missing device'],
  [{ device: '/srv', o: 'bind' }, 'missing type'],
  [{ type: 'none', device: 'srv', o: 'bind' }, 'must be an absolute path'],
])('%j is refused', (options: Readonly<Record<string, string>>, words) => {
  expect(() => localMount(options)).toThrow(words);
});

test('a file system that is not mounted here is named', () => {
  expect(() => localMount({ type: 'nfs', device: ':/export', o: 'addr=10.0.0.1' })).toThrow(
    'This version of Estrato has no volumes of type nfs',
  );
});
