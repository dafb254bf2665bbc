import { gunzipSync, zstdDecompressSync } from 'node:zlib';

import { expect, test } from 'vitest';
import { z } from 'zod';

import { parseReference } from '#engine/contract/reference.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage, makeImageOf, type Compression, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { endStates, transferScene, type TransferScene } from '#engine/testing/transfer-scene.ts';
import { emptyTrash } from '#engine/trash/remove-from-trash.ts';

import { listImages } from './list-images.ts';
import { once } from './once.ts';
import { removeImage } from './remove-image.ts';
import { tagImage } from './tag-image.ts';
import { tagHistory } from './tag-history.ts';
import { ImageStore } from './testing/image-store.ts';

const scene = (): Promise<TransferScene<ImageStore>> => transferScene((path) => ImageStore.open(path));

/** As if it had been built here: its layers are kept uncompressed. */
async function made(at: TransferScene<ImageStore>, image: ImageFixture, name: string): Promise<string> {
  await at.store.load(once(await dockerArchive({ image, names: [at.name(name)] })));
  return at.name(name);
}

const manifest = z.object({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string(), mediaType: z.string(), size: z.int() })),
});

function manifestAt(registry: TestRegistry, repository: string, tag: string): z.infer<typeof manifest> {
  return manifest.parse(JSON.parse(registry.documentAt(repository, tag)?.bytes.toString() ?? '{}'));
}

test.each<['oci' | 'docker', Compression]>([
  ['oci', 'gzip'],
  ['oci', 'zstd'],
  ['oci', 'none'],
  ['docker', 'gzip'],
])('a pulled image (%s, %s) goes to another registry byte for byte', async (format, compression) => {
  await using at = await scene();
  await using target = await TestRegistry.start();
  const image = await makeImageOf(3, { format, compression });
  at.registry.push('team/app:1', image);
  await at.store.pull(at.name('team/app:1'));
  const name = `${target.host}/else/where:2`;
  await tagImage(at.store.parts, at.name('team/app:1'), parseReference(name));
  const told = await at.store.push(name);
  expect(endStates(told)).toEqual(['pushed', 'pushed', 'pushed']);
  const { digest, size } = image.manifest.descriptor;
  expect(told.at(-1)).toMatchObject({ manifestDigest: digest, manifestSize: size, status: `Pushed ${name}` });
  expect(target.documentAt('else/where', '2')).toEqual(image.manifest);
  for (const { blob } of image.layers) expect(target.blobAt(blob.descriptor.digest)).toEqual(blob.bytes);
  expect(listImages(at.store.parts)[0]?.RepoDigests).toContain(`${target.host}/else/where@${digest}`);
});

test.each(['gzip', 'zstd'] as const)('an image made here is compressed on its way: %s', async (compression) => {
  await using at = await scene();
  const image = await makeImageOf(2);
  const name = await made(at, image, 'team/made:1');
  expect(endStates(await at.store.push(name, { compression }))).toEqual(['pushed', 'pushed']);
  const { layers, config } = manifestAt(at.registry, 'team/made', '1');
  expect(config).toMatchObject({ digest: image.config.descriptor.digest });
  for (const [index, { digest, mediaType, size }] of layers.entries()) {
    const bytes = at.registry.blobAt(digest) ?? Buffer.alloc(0);
    expect([mediaType.endsWith(`+${compression}`), size]).toEqual([true, bytes.length]);
    const tar = compression === 'gzip' ? gunzipSync(bytes) : zstdDecompressSync(bytes);
    expect(digestOf(tar)).toBe(image.layers[index]?.diffId);
  }
});

test('what was pushed is not sent again, and pulled back it is the same image', async () => {
  await using at = await scene();
  const image = await makeImageOf(3);
  const name = await made(at, image, 'team/made:1');
  await at.store.push(name);
  const before = at.registry.requests.length;
  const again = await at.store.push(name);
  expect(endStates(again)).toEqual(['exists', 'exists', 'exists']);
  // Where the tag leads to says it all.
  expect(at.registry.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
    'HEAD /v2/team/made/manifests/1',
  ]);
  await using dir = await temporaryDirectory('other');
  await using other = await ImageStore.open(dir.path);
  expect((await other.pull(name)).at(-1)?.imageId).toBe(image.config.descriptor.digest);
});

test('under another tag of the repository only the manifest is sent', async () => {
  await using at = await scene();
  const image = await makeImageOf(3);
  await at.store.push(await made(at, image, 'team/made:1'));
  const other = parseReference(at.name('team/made:2'));
  await tagImage(at.store.parts, at.name('team/made:1'), other);
  const before = at.registry.requests.length;
  expect(endStates(await at.store.push(at.name('team/made:2')))).toEqual(['exists', 'exists', 'exists']);
  const { digest } = manifestAt(at.registry, 'team/made', '2').config;
  expect(digest).toBe(image.config.descriptor.digest);
  const known = at.registry.documentAt('team/made', '1')?.descriptor.digest;
  expect(at.registry.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
    'HEAD /v2/team/made/manifests/2',
    `HEAD /v2/team/made/manifests/${known}`,
    'PUT /v2/team/made/manifests/2',
  ]);
});

test('where the registry has the manifest and no longer a layer of it, the layer is sent again', async () => {
  await using at = await scene();
  const image = await makeImageOf(3);
  await at.store.push(await made(at, image, 'team/made:1'));
  const lost = manifestAt(at.registry, 'team/made', '1').layers[1]?.digest ?? '';
  at.registry.loseBlob(lost);
  await tagImage(at.store.parts, at.name('team/made:1'), parseReference(at.name('team/made:2')));
  expect(endStates(await at.store.push(at.name('team/made:2')))).toEqual(['exists', 'pushed', 'exists']);
  expect(at.registry.blobAt(lost)).toBeDefined();
  expect(at.registry.documentAt('team/made', '2')).toEqual(at.registry.documentAt('team/made', '1'));
});

test('an image is given a new name once it is there under it, and not when it is refused', async () => {
  await using at = await scene();
  const image = await makeImageOf(2);
  const name = await made(at, image, 'team/made:1');
  const wanted = at.name('team/other:new');
  const options = { image: name };
  at.registry.fail({ path: '/blobs/uploads/', answer: { kind: 'status', status: 403 } });
  await expect(at.store.push(wanted, options)).rejects.toMatchObject({ code: 'unauthenticated' });
  expect(listImages(at.store.parts).flatMap(({ RepoTags }) => RepoTags)).toEqual([name]);
  at.registry.repair();
  await at.store.push(wanted, options);
  expect(listImages(at.store.parts)[0]?.RepoTags).toEqual([name, wanted]);
  expect(manifestAt(at.registry, 'team/other', 'new').config.digest).toBe(image.config.descriptor.digest);
  expect(tagHistory(at.store.parts, wanted).map(({ cause }) => cause)).toEqual(['tag']);
  await expect(at.store.push(wanted, { image: 'team/none' })).rejects.toMatchObject({ code: 'not-found' });
});

test('a layer that a stack has twice is sent once', async () => {
  await using at = await scene();
  const layer = [{ name: 'same', body: 'same'.repeat(1000) }];
  const name = await made(at, await makeImage([layer, [{ name: 'other' }], layer]), 'team/twice:1');
  expect(endStates(await at.store.push(name))).toEqual(['pushed', 'pushed', 'exists']);
  expect(manifestAt(at.registry, 'team/twice', '1').layers).toHaveLength(3);
});

test("somebody else's tag is not taken without a word, one's own is moved", async () => {
  await using at = await scene();
  const theirs = await makeImageOf(1);
  const name = await made(at, await makeImageOf(2), 'team/app:1');
  at.registry.push('team/app:1', theirs);
  const refused = at.store.push(name);
  await expect(refused).rejects.toMatchObject({ code: 'conflict' });
  await expect(refused).rejects.toThrow(theirs.manifest.descriptor.digest);
  expect(at.registry.documentAt('team/app', '1')).toEqual(theirs.manifest);
  await at.store.push(name, { overwrite: true });
  // Also when the image that it leads to is long gone here.
  await removeImage(at.store.parts, name, { force: true });
  await made(at, await makeImageOf(3), 'team/app:1');
  await at.store.push(name);
  expect(manifestAt(at.registry, 'team/app', '1').layers).toHaveLength(3);
  expect(tagHistory(at.store.parts, name).map(({ cause }) => cause)).not.toContain('push');
});

test('what has no such name here is not pushed', async () => {
  await using at = await scene();
  const pushing = at.store.push(at.name('team/none:1'));
  await expect(pushing).rejects.toMatchObject({ code: 'not-found' });
  await expect(pushing).rejects.toThrow('An image does not exist locally with the tag:');
  expect(at.registry.requests).toEqual([]);
});

test('a registry that takes no more half-way leaves the tag as it was', async () => {
  await using at = await scene();
  const name = await made(at, await makeImageOf(3), 'team/app:1');
  at.registry.fail({ path: '/uploads/', method: 'PUT', answer: { kind: 'status', status: 403 } });
  await expect(at.store.push(name)).rejects.toThrow('push access denied for');
  expect(at.registry.documentAt('team/app', '1')).toBeUndefined();
  at.registry.repair();
  await at.store.push(name);
  expect(at.registry.documentAt('team/app', '1')).toBeDefined();
});

test('a push that is cancelled ends with the reason, and holds nothing back', async () => {
  await using at = await scene();
  const name = await made(at, await makeImageOf(1), 'team/app:1');
  const abort = new AbortController();
  at.registry.fail({ path: '/uploads/', answer: { kind: 'wait', until: new Promise(() => undefined) } });
  const pushing = at.store.push(name, {}, abort.signal);
  await expect.poll(() => at.registry.count('POST'), { timeout: 9000 }).toBe(1);
  abort.abort(new Error('enough'));
  await expect(pushing).rejects.toThrow('enough');
  await removeImage(at.store.parts, name, { force: true });
  await emptyTrash(at.store.parts.trash);
  expect(await at.store.contents()).toEqual({ blobs: [], layers: [], halfDone: [] });
});
