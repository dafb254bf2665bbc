import { expect, test } from 'vitest';

import { hostOf, localMount } from './local-options.ts';
import { mountArguments } from './mount-arguments.ts';

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
    type: 'none',
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

test.each([
  [{ type: 'nfs', device: '/export', o: 'addr=10.0.0.1' }, 'must name a directory, as in :/export/data'],
  [{ type: 'nfs', device: ':/export' }, 'Nothing says which machine has :/export; add the option addr=HOST'],
  [{ type: 'tmp\0fs', device: 'x' }, 'A zero byte'],
])('%j is refused: it leads nowhere', (options: Readonly<Record<string, string>>, words) => {
  expect(() => localMount(options)).toThrow(words);
});

test.each([
  [':/export', ['addr=10.0.0.1'], '10.0.0.1'],
  ['server:/export', [], 'server'],
  ['[fe80::1]:/export', [], 'fe80::1'],
  ['/dev/sda1', [], undefined],
])('of %s with %j the machine is %s', (device, words, host) => {
  expect(hostOf({ device, words })).toBe(host);
});

test.each([
  [['size=1m', 'ro', 'noexec'], undefined, { flags: 9, reach: 0, data: 'size=1m' }],
  [['rbind', 'rshared', 'nodev'], undefined, { flags: 0x5004, reach: 0x10_4000, data: '' }],
  [
    ['addr=server', 'vers=4', 'defaults', 'soft'],
    '10.0.0.1',
    { flags: 0, reach: 0, data: 'vers=4,soft,addr=10.0.0.1' },
  ],
  [['slave', 'relatime'], undefined, { flags: 0x20_0000, reach: 0x8_0000, data: '' }],
])('%j is told the kernel in its own way', (words, address, told) => {
  expect(mountArguments({ type: 'any', device: 'any', words }, address)).toEqual(told);
});
