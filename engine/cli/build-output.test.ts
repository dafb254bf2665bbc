import { resolve } from 'node:path';

import { expect, test } from 'vitest';

import { parseOutputs } from './build-output.ts';

const nothing = { keepsImage: false, push: false, names: [], brought: undefined };

test.each([
  [[], { ...nothing, keepsImage: true }],
  [['out'], { ...nothing, brought: { as: 'files', place: { kind: 'folder', path: resolve('out') } } }],
  [['-'], { ...nothing, brought: { as: 'files', place: { kind: 'standard output' } } }],
  [['type=local,dest=/a'], { ...nothing, brought: { as: 'files', place: { kind: 'folder', path: '/a' } } }],
  [['type=tar,dest=/a'], { ...nothing, brought: { as: 'files', place: { kind: 'file', path: '/a' } } }],
  [
    ['type=oci,dest=-,name=a:1'],
    { ...nothing, names: ['a:1'], brought: { as: 'oci', place: { kind: 'standard output' } } },
  ],
  [['type=docker,dest=/a'], { ...nothing, brought: { as: 'docker-archive', place: { kind: 'file', path: '/a' } } }],
  [['type=image,name=a:1,push=true'], { ...nothing, keepsImage: true, push: true, names: ['a:1'] }],
  [['type=registry,name=a:1'], { ...nothing, keepsImage: true, push: true, names: ['a:1'] }],
  [['type=cacheonly'], nothing],
  [
    ['type=image', 'out'],
    { ...nothing, keepsImage: true, brought: { as: 'files', place: { kind: 'folder', path: resolve('out') } } },
  ],
] as const)('--output %j is read', (texts, plan) => {
  expect(parseOutputs(texts)).toEqual(plan);
});

test.each([
  [['type=zip,dest=/a'], 'there are type=local, type=tar'],
  [['type=local'], 'names no place: write dest='],
  [['type=tar,dest=/a,compression=zstd'], 'type=tar has no compression, but dest'],
  [['type=image,push-by-digest=true'], 'has no push-by-digest'],
  [['a', 'b'], 'One --output at a time'],
])('--output %j is refused', (texts, words) => {
  expect(() => parseOutputs(texts)).toThrow(words);
});
