import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { EngineError } from '#engine/contract/errors.ts';
import { parseReference } from '#engine/contract/reference.ts';
import {
  blobsOf,
  makeImage,
  makeImageOf,
  makeIndex,
  ownPlatform,
  type ImageFixture,
} from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { endStates, transferScene, type TransferScene } from '#engine/testing/transfer-scene.ts';

import { emptyTrash } from '#engine/trash/remove-from-trash.ts';

import { collectGarbage } from './collect-garbage.ts';
import { describeImage, listImages } from './list-images.ts';
import { pullImage } from './pull-image.ts';
import { removeImage } from './remove-image.ts';
import { ImageStore } from './testing/image-store.ts';

const scene = (): Promise<TransferScene<ImageStore>> => transferScene((path) => ImageStore.open(path));

/** For a machine that is busy with other things. */
const PATIENCE = { timeout: 9000 };

const nothing = { blobs: [], layers: [], halfDone: [] };

function all(image: ImageFixture): readonly string[] {
  return [image.manifest, ...blobsOf(image)].map(({ descriptor }) => descriptor.digest).toSorted();
}

function layersOf(image: ImageFixture): readonly string[] {
  return image.layers.map(({ diffId }) => diffId).toSorted();
}

test.each([
  ['oci', 'gzip'],
  ['oci', 'zstd'],
  ['oci', 'none'],
  ['docker', 'gzip'],
  ['docker', 'none'],
] as const)('an image of format %s with layers in %s comes whole', async (format, compression) => {
  await using at = await scene();
  const image = await makeImageOf(3, { format, compression });
  at.registry.push('team/app:1.0', image);
  const told = await at.store.pull(at.name('team/app:1.0'));
  expect(told[0]).toMatchObject({ status: `Pulling from ${at.name('team/app')}`, reference: at.name('team/app:1.0') });
  expect(told.at(-1)).toMatchObject({
    status: `Downloaded newer image for ${at.name('team/app:1.0')}`,
    manifestDigest: image.manifest.descriptor.digest,
    imageId: image.config.descriptor.digest,
  });
  expect(endStates(told)).toEqual(['done', 'done', 'done']);
  for (const { current, total } of told.at(-1)?.layers ?? []) expect(current).toBe(total);
  expect(await at.store.contents()).toEqual({ blobs: all(image), layers: layersOf(image), halfDone: [] });
  const [summary] = listImages(at.store.parts);
  expect(summary).toMatchObject({
    Id: image.config.descriptor.digest,
    RepoTags: [at.name('team/app:1.0')],
    RepoDigests: [`${at.name('team/app')}@${image.manifest.descriptor.digest}`],
    layerCount: 3,
    platform: ownPlatform,
    origin: { kind: 'pull', from: at.name('team/app:1.0') },
  });
});

const foreign = { os: 'linux', architecture: ownPlatform.architecture === 's390x' ? 'ppc64le' : 's390x' };

test.each(['oci', 'docker'] as const)('of an index of format %s comes the image for this machine', async (format) => {
  await using at = await scene();
  const [other, own] = [
    await makeImage([[{ name: 'a', body: 'other' }]], { format, platform: foreign }),
    await makeImage([[{ name: 'a', body: 'own' }]], { format }),
  ];
  const index = makeIndex([other, own], format);
  at.registry.push('team/app:1.0', index);
  const told = await at.store.pull(at.name('team/app:1.0'));
  expect(told.at(-1)).toMatchObject({
    imageId: own.config.descriptor.digest,
    manifestDigest: index.index.descriptor.digest,
  });
  expect((await at.store.contents()).layers).toEqual(layersOf(own));

  await at.store.pull(at.name('team/app:1.0'), { platform: foreign });
  const images = listImages(at.store.parts);
  expect(images).toHaveLength(2);
  expect(images.find(({ RepoTags }) => RepoTags.length > 0)?.platform).toEqual(foreign);
});

test('a platform that an index has not is missed, with those it has', async () => {
  await using at = await scene();
  at.registry.push('team/app:1.0', makeIndex([await makeImageOf(1, { platform: foreign })]));
  const pulling = at.store.pull(at.name('team/app:1.0'));
  await expect(pulling).rejects.toMatchObject({ code: 'not-found' });
  await expect(pulling).rejects.toThrow(`no matching manifest for linux/${ownPlatform.architecture}`);
  await expect(pulling).rejects.toThrow(`it has linux/${foreign.architecture}`);
  expect(await at.store.contents()).toEqual(nothing);
});

test('an image without an index that is for another platform is not the one asked for', async () => {
  await using at = await scene();
  at.registry.push('team/app:1.0', await makeImageOf(1));
  await expect(at.store.pull(at.name('team/app:1.0'), { platform: foreign })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(await at.store.contents()).toEqual(nothing);
});

test('what is here is not fetched again', async () => {
  await using at = await scene();
  const image = await makeImageOf(2);
  at.registry.push('team/app:1.0', image);
  at.registry.push('team/app:latest', image);
  await at.store.pull(at.name('team/app:1.0'));
  at.registry.requests.length = 0;

  const again = await at.store.pull(at.name('team/app:1.0'));
  expect(again.at(-1)?.status).toBe(`Image is up to date for ${at.name('team/app:1.0')}`);
  expect(endStates(again)).toEqual(['exists', 'exists']);
  const other = await at.store.pull(at.name('team/app'));
  expect(other.at(-1)?.status).toBe(`Image was here already for ${at.name('team/app:latest')}`);
  expect(at.registry.count('GET')).toBe(0);
  expect(listImages(at.store.parts)[0]?.RepoTags).toEqual([at.name('team/app:1.0'), at.name('team/app:latest')]);
});

test('a tag that moved takes the name along, and the image it left is remembered by it', async () => {
  await using at = await scene();
  const [old, fresh] = [await makeImageOf(2), await makeImageOf(3)];
  at.registry.push('team/app:1.0', old);
  await at.store.pull(at.name('team/app:1.0'));
  at.registry.push('team/app:1.0', fresh);
  const told = await at.store.pull(at.name('team/app:1.0'));
  expect(told.at(-1)?.status).toBe(`Downloaded newer image for ${at.name('team/app:1.0')}`);
  const images = listImages(at.store.parts);
  const left = images.find(({ Id }) => Id === old.config.descriptor.digest);
  expect(left).toMatchObject({ RepoTags: [], lastTag: at.name('team/app:1.0') });
  expect(images.find(({ Id }) => Id === fresh.config.descriptor.digest)?.RepoTags).toHaveLength(1);
});

test('a layer that another image has is fetched once, and counts as shared', async () => {
  await using at = await scene();
  const base = [{ name: 'base', body: 'x'.repeat(1000) }];
  const [one, two] = [
    await makeImage([base, [{ name: 'one', body: '1' }]]),
    await makeImage([base, [{ name: 'two', body: '22' }]]),
  ];
  at.registry.push('team/one:1', one);
  at.registry.push('team/two:1', two);
  await Promise.all([at.store.pull(at.name('team/one:1')), at.store.pull(at.name('team/two:1'))]);
  expect(at.registry.count('GET', one.layers[0]?.blob.descriptor.digest)).toBe(1);
  const images = listImages(at.store.parts);
  const sizes = images.map(({ Size, SharedSize, uniqueSize }) => [Size, SharedSize, uniqueSize]);
  expect(sizes.toSorted(([one = 0], [other = 0]) => one - other)).toEqual([
    [1001, 1000, 1],
    [1002, 1000, 2],
  ]);
  const details = await describeImage(at.store.parts, at.name('team/one:1'));
  expect(details.layers[0]?.sharedWith).toEqual([{ id: two.config.descriptor.digest, name: at.name('team/two:1') }]);
});

test('layers arrive side by side', async () => {
  await using at = await scene();
  const image = await makeImageOf(4);
  at.registry.push('team/app:1.0', image);
  const held = Promise.withResolvers<undefined>();
  for (const { blob } of image.layers) {
    at.registry.fail({ path: blob.descriptor.digest, times: 1, answer: { kind: 'wait', until: held.promise } });
  }
  const pulling = at.store.pull(at.name('team/app:1.0'));
  const asked = (): number =>
    image.layers.filter(({ blob }) => at.registry.count('GET', blob.descriptor.digest) > 0).length;
  await expect.poll(asked, PATIENCE).toBe(4);
  held.resolve(undefined);
  expect(endStates(await pulling)).toEqual(['done', 'done', 'done', 'done']);
});

test('connections that break on the way cost nothing but time', async () => {
  await using at = await scene();
  const noise = Array.from({ length: 20_000 }, (_, place) => digestOf(String(place))).join('\n');
  const image = await makeImage([[{ name: 'noise', body: noise }], [{ name: 'b', body: 'b' }]]);
  at.registry.push('team/app:1.0', image);
  at.registry.fail({ path: '/blobs/', times: 3, answer: { kind: 'break', afterBytes: 50_000 } });
  expect(endStates(await at.store.pull(at.name('team/app:1.0')))).toEqual(['done', 'done']);
});

test.each(['before the manifest', 'while layers arrive'])(
  'a pull that is cancelled %s leaves nothing',
  async (when) => {
    await using at = await scene();
    const image = await makeImageOf(5);
    at.registry.push('team/app:1.0', image);
    const held = Promise.withResolvers<undefined>();
    const path = when === 'before the manifest' ? '/manifests/' : (image.layers[4]?.blob.descriptor.digest ?? '');
    at.registry.fail({ path, answer: { kind: 'wait', until: held.promise } });
    const stop = new AbortController();
    const pulling = at.store.pull(at.name('team/app:1.0'), {}, stop.signal);
    await expect
      .poll(() => at.registry.count('GET', path) + at.registry.count('HEAD', path), PATIENCE)
      .toBeGreaterThan(0);
    stop.abort(new EngineError('cancelled', 'Cancelled.'));
    await expect(pulling).rejects.toMatchObject({ code: 'cancelled' });
    held.resolve(undefined);
    expect(await at.store.contents()).toEqual(nothing);
    expect(listImages(at.store.parts)).toEqual([]);
  },
);

test('a pull that nobody follows any more leaves nothing', async () => {
  await using at = await scene();
  at.registry.push('team/app:1.0', await makeImageOf(3));
  for await (const _ of pullImage(at.store.parts, parseReference(at.name('team/app:1.0')), {}, AbortSignal.any([]))) {
    break;
  }
  expect(await at.store.contents()).toEqual(nothing);
});

test('a pull that is cancelled takes nothing from another that wants the same layers', async () => {
  await using at = await scene();
  const image = await makeImageOf(2);
  at.registry.push('team/app:1.0', image);
  at.registry.push('team/app:2.0', image);
  const held = Promise.withResolvers<undefined>();
  at.registry.fail({
    path: image.layers[1]?.blob.descriptor.digest ?? '',
    times: 1,
    answer: { kind: 'wait', until: held.promise },
  });
  const stop = new AbortController();
  const [one, two] = [at.store.pull(at.name('team/app:1.0'), {}, stop.signal), at.store.pull(at.name('team/app:2.0'))];
  await expect
    .poll(() => at.registry.count('GET', image.layers[1]?.blob.descriptor.digest), PATIENCE)
    .toBeGreaterThan(0);
  stop.abort(new EngineError('cancelled', 'Cancelled.'));
  await expect(one).rejects.toMatchObject({ code: 'cancelled' });
  held.resolve(undefined);
  await two;
  expect(await at.store.contents()).toEqual({ blobs: all(image), layers: layersOf(image), halfDone: [] });
});

test('an image asked for by its digest has that for a name, and no tag', async () => {
  await using at = await scene();
  const image = await makeImageOf(1);
  at.registry.push('team/app:1.0', image);
  const name = `${at.name('team/app')}@${image.manifest.descriptor.digest}`;
  await at.store.pull(name);
  expect(listImages(at.store.parts)).toMatchObject([{ RepoTags: [], RepoDigests: [name] }]);
  expect((await at.store.pull(name)).at(-1)?.status).toBe(`Image is up to date for ${name}`);
});

test('a layer that was damaged on disk stops nobody, and the next pull makes it anew', async () => {
  await using dir = await temporaryDirectory('damaged');
  await using registry = await TestRegistry.start();
  const image = await makeImageOf(2);
  registry.push('team/app:1.0', image);
  const name = `${registry.host}/team/app:1.0`;
  const diffId = image.layers[0]?.diffId ?? image.config.descriptor.digest;
  {
    await using store = await ImageStore.open(dir.path);
    await store.pull(name);
    await writeFile(join(await store.parts.layers.unpacked(diffId), '../index'), Buffer.alloc(4096));
  }
  await using store = await ImageStore.open(dir.path);
  await expect(store.parts.layers.get(diffId)).rejects.toMatchObject({ code: 'corrupt' });
  expect(await collectGarbage(store.parts)).toMatchObject({ layers: 0 });
  expect(endStates(await store.pull(name))).toEqual(['done', 'exists']);
  expect(await store.parts.layers.get(diffId)).toMatchObject({ diffId });
  await removeImage(store.parts, name, { force: false });
  await emptyTrash(store.parts.trash);
  expect(await store.contents()).toEqual(nothing);
});
