import { expect, test } from 'vitest';

import { parseDigest, type Digest } from '#engine/contract/digest.ts';

import { longestBase, type Stack } from './find-base.ts';

function layer(letter: string): Digest {
  return parseDigest(`sha256:${letter.repeat(64)}`);
}

const [a, b, c, d] = [layer('a'), layer('b'), layer('c'), layer('d')];

function image(id: string, diffIds: readonly Digest[], ...RepoTags: readonly string[]): Stack {
  return { Id: layer(id), RepoTags, diffIds };
}

test.each<[string, readonly Stack[], string | undefined]>([
  ['the longest of several', [image('1', [a], 'debian'), image('2', [a, b], 'python')], '2'],
  ['one with a name before one without', [image('1', [a, b]), image('2', [a, b], 'python')], '2'],
  ['one without a name where there is no other', [image('1', [a, b])], '1'],
  ['none of other layers', [image('1', [b], 'alpine'), image('2', [a, d], 'other')], undefined],
  ['none with the same layers, which is the same image by another config', [image('1', [a, b, c], 'twin')], undefined],
  ['none that lies on it', [image('1', [a, b, c, d], 'child')], undefined],
  ['none without layers', [image('1', [], 'scratch')], undefined],
])('the base is %s', (_, images, expected) => {
  const found = longestBase([a, b, c], images);
  expect(found?.Id).toBe(expected === undefined ? undefined : layer(expected));
});
