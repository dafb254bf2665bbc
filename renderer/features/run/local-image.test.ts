import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import type { ImageSummary } from '#engine/contract/image.ts';

import { findImage, imageNames } from './local-image.ts';

const image = (hex: string, RepoTags: readonly string[]): ImageSummary => ({
  Id: parseDigest(`sha256:${hex.padEnd(64, '0')}`),
  ParentId: '',
  RepoTags: [...RepoTags],
  RepoDigests: [`registry.example/app@sha256:${hex.padEnd(64, '1')}`],
  Created: 0,
  Size: 0,
  VirtualSize: 0,
  SharedSize: 0,
  Labels: {},
  Containers: 0,
  uniqueSize: 0,
  layerCount: 0,
  platform: { os: 'linux', architecture: 'amd64' },
  diffIds: [],
});

const redis = image('aaaaaa1', ['redis:4.0.6', 'redis:latest']);
const untagged = image('aaaaaa2', []);
const images = [redis, untagged];

test.each([
  ['redis:4.0.6', redis],
  ['redis', redis],
  [' docker.io/library/redis:latest ', redis],
  [redis.Id, redis],
  ['aaaaaa2', untagged],
  [`registry.example/app@sha256:${'aaaaaa1'.padEnd(64, '1')}`, redis],
  ['redis:5', undefined],
  ['aaaaaa', undefined],
  ['', undefined],
  ['Not A Name', undefined],
])('%j is the image it means', (text, found) => {
  expect(findImage(images, text)).toBe(found);
});

test('an image without a tag is chosen by its hash', () => {
  expect(imageNames(redis)).toEqual(['redis:4.0.6', 'redis:latest']);
  expect(imageNames(untagged)).toEqual(['aaaaaa200000']);
});
