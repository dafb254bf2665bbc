import { expect, test } from 'vitest';

import { readMountOptions } from './mount-options.ts';

const none = {
  set: 0,
  clear: 0,
  setBeneath: 0,
  clearBeneath: 0,
  propagation: undefined,
  reachesBeneath: false,
  copiesUp: false,
  mapsOwners: 'no',
  own: [],
};

test.each([
  [['ro', 'nosuid', 'nodev', 'noexec'], { set: 15 }],
  [['rw', 'suid', 'dev', 'exec', 'defaults'], {}],
  [['rro', 'rnosuid'], { setBeneath: 3 }],
  [['rrw', 'rsuid', 'rdev', 'rexec'], { clearBeneath: 15 }],
  [['noatime'], { set: 0x10, clear: 0x70 }],
  [['strictatime', 'nodiratime'], { set: 0xa0, clear: 0x70 }],
  [['relatime'], { clear: 0x70 }],
  [['rnoatime', 'rdiratime'], { setBeneath: 0x10, clearBeneath: 0xf0 }],
  [['nosymfollow'], { set: 0x20_0000 }],
  [['slave'], { propagation: 0x8_0000 }],
  [['rshared'], { propagation: 0x10_0000, reachesBeneath: true }],
  [['runbindable'], { propagation: 0x2_0000, reachesBeneath: true }],
  [['tmpcopyup', 'size=1m', 'mode=755'], { copiesUp: true, own: ['size=1m', 'mode=755'] }],
  [['ridmap'], { mapsOwners: 'beneath' }],
  [['idmap', 'sync', 'dirsync'], { mapsOwners: 'alone', own: ['sync', 'dirsync'] }],
  [['toString', 'r'], { own: ['toString', 'r'] }],
] as const)('%j', (words, expected) => {
  expect(readMountOptions(words)).toEqual({ ...none, ...expected });
});
