import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { makeImage, makeImageOf, makeIndex, ownPlatform } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { previewPull } from './preview-pull.ts';
import { ImageStore } from './testing/image-store.ts';

test('a preview says what is to be fetched, and the pull fetches just that', async () => {
  await using dir = await temporaryDirectory('preview');
  await using registry = await TestRegistry.start();
  await using store = await ImageStore.open(dir.path);
  const layer = (name: string): { name: string; body: string }[] => [{ name, body: name.repeat(500) }];
  const base = await makeImage([layer('one')]);
  const image = await makeImage([layer('one'), layer('two'), layer('two'), layer('three')]);
  const foreign = await makeImage([layer('arm')], { platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
  const index = makeIndex([image, foreign]);
  registry.push('team/base:1', base);
  registry.push('team/app:1', index);
  await store.pull(`${registry.host}/team/base:1`);
  const before = await store.contents();
  const name = `${registry.host}/team/app:1`;
  const preview = await previewPull(store.parts, parseReference(name), {});
  expect(preview).toMatchObject({
    digest: index.index.descriptor.digest,
    platform: `${ownPlatform.os}/${ownPlatform.architecture}`,
    layers: [{ isHere: true }, { isHere: false }, { isHere: true }, { isHere: false }],
  });
  expect(preview.platforms).toHaveLength(2);
  expect(await store.contents()).toEqual(before);
  registry.requests.length = 0;
  await store.pull(name);
  const fetched = image.layers.filter(({ blob }) => registry.count('GET', blob.descriptor.digest) > 0);
  const sizes = new Map(fetched.map(({ blob }) => [blob.descriptor.digest, blob.descriptor.size]));
  expect([...sizes.values()].reduce((sum, size) => sum + size, 0)).toBe(preview.bytes);
  expect((await previewPull(store.parts, parseReference(name), {})).bytes).toBe(0);
});

test('another platform is previewed as it would be pulled, and one that is not there is missed', async () => {
  await using dir = await temporaryDirectory('preview');
  await using registry = await TestRegistry.start();
  await using store = await ImageStore.open(dir.path);
  registry.push('team/app:1', makeIndex([await makeImageOf(1), await makeImageOf(2, { platform: arm })]));
  const reference = parseReference(`${registry.host}/team/app:1`);
  expect(await previewPull(store.parts, reference, { platform: arm })).toMatchObject({ platform: 'linux/arm64/v8' });
  const riscv = { os: 'linux', architecture: 'riscv64' };
  await expect(previewPull(store.parts, reference, { platform: riscv })).rejects.toThrow('no matching manifest');
});

const arm = { os: 'linux', architecture: 'arm64', variant: 'v8' };
