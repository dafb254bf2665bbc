import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import type { ImageSummary } from '#engine/contract/image.ts';
import type { SearchHit } from '#engine/contract/search.ts';

import { fileChoice, namedChoices } from './search-choices.ts';

const id = (letter: string) => parseDigest(`sha256:${letter.repeat(64)}`);
const none = { containers: [], volumes: [], networks: [] };
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is looked at
const image = (letter: string, ...RepoTags: readonly string[]) => ({ Id: id(letter), RepoTags }) as ImageSummary;
const images = [image('a', 'team/redis:4'), image('b', 'redis:4.0.6', 'cache:1'), image('c')];

const found = (text: string) => namedChoices(text, { images, ...none }).map(({ name }) => name);

test.each([
  ['redis', ['redis:4.0.6', 'team/redis:4']],
  ['CACHE', ['cache:1']],
  ['cccc', [id('c')]],
  ['sha256:bbbb', ['redis:4.0.6', 'cache:1']],
  ['ccc', [id('c')]],
  ['bbb', []],
  [' ', []],
])('%j is found in %j', (text, names) => {
  expect(found(text)).toEqual(names);
});

const hit = (...shownIn: readonly { readonly letter: string; readonly hiddenBy?: number }[]): SearchHit => ({
  path: '/etc/a b',
  type: 'file',
  size: 1,
  diffId: id('d'),
  images: shownIn.map(({ letter, hiddenBy }) => ({
    id: id(letter),
    name: letter,
    layer: 1,
    ...(hiddenBy === undefined ? {} : { hiddenBy }),
  })),
});

test('a file leads to an image that shows it, and one that no image shows to the layer that has it', () => {
  expect(fileChoice(hit({ letter: 'a', hiddenBy: 3 }, { letter: 'b' })).href).toBe(
    `#/images/sha256%3A${'b'.repeat(64)}?path=%2Fetc%2Fa%20b`,
  );
  expect(fileChoice(hit({ letter: 'a', hiddenBy: 3 })).href).toBe(
    `#/images/sha256%3A${'a'.repeat(64)}?layers=2&path=%2Fetc%2Fa%20b`,
  );
});
