import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import type { ImageSummary } from '#engine/contract/image.ts';

import { compareImages, imageName, matchesSearch, tagsByRepository } from './image-words.ts';

function image(hex: string, fields: Partial<ImageSummary> = {}): ImageSummary {
  return {
    Id: parseDigest(`sha256:${hex.repeat(64).slice(0, 64)}`),
    ParentId: '',
    RepoTags: [],
    RepoDigests: [],
    Created: 0,
    Size: 0,
    VirtualSize: 0,
    SharedSize: 0,
    Labels: {},
    Containers: 0,
    uniqueSize: 0,
    layerCount: 1,
    platform: { os: 'linux', architecture: 'amd64' },
    diffIds: [],
    ...fields,
  };
}

const redis = image('a', { RepoTags: ['redis:4.0.6'], Size: 2, origin: { kind: 'pull', from: 'docker.io/redis' } });
const app = image('b', { RepoTags: ['app:1', 'app:latest'], Size: 1 });
const nameless = image('c', { lastTag: 'app:0', Size: 3 });

test('an image without a tag goes by its hash', () => {
  expect([redis, app, nameless].map(imageName)).toEqual(['redis:4.0.6', 'app:1', 'cccccccccccc']);
});

test('every word of a search must be found', () => {
  expect(matchesSearch(redis, '')).toBe(true);
  expect(matchesSearch(redis, 'REDIS docker.io')).toBe(true);
  expect(matchesSearch(redis, 'redis quay')).toBe(false);
  expect(matchesSearch(nameless, 'app:0')).toBe(true);
  expect(matchesSearch(app, 'bbbbb')).toBe(true);
});

test('names go by the alphabet, those without a tag last', () => {
  const sorted = [nameless, redis, app].toSorted(compareImages('name')).map(imageName);
  expect(sorted).toEqual(['app:1', 'redis:4.0.6', 'cccccccccccc']);
  expect([nameless, redis, app].toSorted(compareImages('size')).map((one) => one.Size)).toEqual([1, 2, 3]);
});

test('tags of one repository stand together', () => {
  const names = ['debian:12', 'localhost:5000/debian:12', 'debian:bookworm'];
  expect(tagsByRepository(names)).toEqual([
    ['debian', ['12', 'bookworm']],
    ['localhost:5000/debian', ['12']],
  ]);
});
