import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { readTar } from '#engine/archive/read-tar.ts';
import { ociArchive, dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage, makeImageOf, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { inPieces, tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import type { ArchiveFormat } from './archive-layout.ts';
import { importTar } from './import-tar.ts';
import { describeImage, listImages } from './list-images.ts';
import { saveImages } from './save-image.ts';
import { ImageStore } from './testing/image-store.ts';

async function openStore(): Promise<AsyncDisposable & { readonly store: ImageStore }> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('save'));
  const store = stack.use(await ImageStore.open(dir.path));
  const owned = stack.move();
  return { store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

async function save(store: ImageStore, names: readonly string[], format: ArchiveFormat): Promise<Buffer> {
  const { size, bytes } = await saveImages(store.parts, names, format);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Uint8Array.from(chunk));
  const archive = Buffer.concat(chunks);
  expect(archive).toHaveLength(size);
  return archive;
}

async function filesOf(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let name = '';
  for await (const part of readTar(inPieces(archive))) {
    if (part.kind === 'entry') {
      name = part.entry.name;
      files.set(name, Buffer.alloc(0));
    } else if (part.kind === 'data') files.set(name, Buffer.concat([files.get(name) ?? Buffer.alloc(0), part.bytes]));
  }
  return files;
}

const image = await makeImageOf(3);
const docker = await makeImageOf(2, { format: 'docker' });

function blobNames(...images: readonly ImageFixture[]): readonly string[] {
  const blobs = images.flatMap(({ manifest, config, layers }) => [manifest, config, ...layers.map(({ blob }) => blob)]);
  return [...new Set(blobs.map(({ descriptor }) => descriptor.digest.replace('sha256:', 'blobs/sha256/')))].toSorted();
}

test("an archive holds the manifest that came, Docker's lists and OCI's, and each blob once", async () => {
  await using at = await openStore();
  await at.store.load(inPieces(await ociArchive({ image, names: ['team/app:1', 'team/app:2'] })));
  const files = await filesOf(await save(at.store, ['team/app'], 'docker-archive'));
  const documents = ['index.json', 'manifest.json', 'oci-layout', 'repositories'];
  expect([...files.keys()]).toEqual(['blobs/', 'blobs/sha256/', ...blobNames(image), ...documents]);
  const config = image.config.descriptor.digest.replace('sha256:', 'blobs/sha256/');
  const layers = image.layers.map(({ blob }) => blob.descriptor.digest.replace('sha256:', 'blobs/sha256/'));
  expect(JSON.parse(String(files.get('manifest.json')))).toMatchObject([
    { Config: config, RepoTags: ['team/app:1', 'team/app:2'], Layers: layers },
  ]);
  const { digest, mediaType, size } = image.manifest.descriptor;
  const entry = (tag: string): object => ({
    digest,
    mediaType,
    size,
    annotations: {
      'io.containerd.image.name': `docker.io/team/app:${tag}`,
      'org.opencontainers.image.ref.name': tag,
    },
  });
  expect(JSON.parse(String(files.get('index.json')))).toMatchObject({ manifests: [entry('1'), entry('2')] });
});

test('the same images give the same bytes', async () => {
  await using at = await openStore();
  await at.store.load(inPieces(await ociArchive({ image, names: ['a:1'] })));
  await at.store.load(inPieces(await ociArchive({ image: docker, names: ['b:1'] })));
  const one = await save(at.store, ['a:1', 'b:1'], 'docker-archive');
  expect((await save(at.store, ['a:1', 'b:1'], 'docker-archive')).equals(one)).toBe(true);
});

test.each(['docker-archive', 'oci'] as const)('what is saved as %s and loaded again is the same', async (format) => {
  await using first = await openStore();
  const two = await makeImage([[{ name: 'other', body: 'other' }]]);
  const named = { image, names: ['one:1', 'localhost:5000/a/b:x'] };
  await first.store.load(inPieces(await ociArchive(named, { image: two, names: [] })));
  const id = two.config.descriptor.digest;
  const archive = await save(first.store, ['one:1', 'localhost:5000/a/b:x', id], format);
  await using second = await openStore();
  const told = await second.store.load(inPieces(archive));
  expect(told.at(-1)?.loaded?.toSorted()).toEqual(['localhost:5000/a/b:x', 'one:1', id].toSorted());
  expect(await second.store.contents()).toEqual(await first.store.contents());
  const { manifestDigest } = await describeImage(second.store.parts, 'one:1');
  expect(manifestDigest).toBe(image.manifest.descriptor.digest);
});

test("an image whose compressed blobs are another's goes with the layers that are here", async () => {
  await using at = await openStore();
  await at.store.load(inPieces(await ociArchive({ image, names: ['gzip:1'] })));
  const plain = await makeImageOf(3, { compression: 'none', config: { config: { Cmd: ['other'] } } });
  await at.store.load(inPieces(await ociArchive({ image: plain, names: ['plain:1'] })));
  const archive = await save(at.store, ['plain:1'], 'oci');
  await using second = await openStore();
  await second.store.load(inPieces(archive));
  expect(listImages(second.store.parts).map(({ Id }) => Id)).toEqual([plain.config.descriptor.digest]);
});

test("in OCI's layout nothing has a media type of Docker's", async () => {
  await using at = await openStore();
  await at.store.load(inPieces(await ociArchive({ image: docker, names: ['b:1'] })));
  const files = await filesOf(await save(at.store, ['b:1'], 'oci'));
  expect([...files.keys()].filter((name) => !name.startsWith('blobs/'))).toEqual(['index.json', 'oci-layout']);
  for (const [name, bytes] of files) if (name !== '') expect(String(bytes)).not.toContain('vnd.docker');
});

test("a name that nobody has is Docker's sentence, and nothing is held", async () => {
  await using at = await openStore();
  await expect(saveImages(at.store.parts, ['nobody:1'], 'oci')).rejects.toMatchObject({
    code: 'not-found',
    message: 'No such image: nobody:1',
  });
});

test('a layer damaged on the disk ends the archive, and says so', async () => {
  await using at = await openStore();
  await at.store.load(inPieces(await ociArchive({ image, names: ['a:1'] })));
  const digest = image.layers[1]?.blob.descriptor.digest.slice('sha256:'.length) ?? '';
  const path = join(at.store.path, 'blobs/sha256', digest);
  const bytes = await readFile(path);
  await writeFile(path, Buffer.concat([bytes.subarray(0, -1), Buffer.of(1)]));
  await expect(save(at.store, ['a:1'], 'docker-archive')).rejects.toMatchObject({ code: 'corrupt' });
});

test("an archive of Docker's old form comes out with its layers", async () => {
  await using at = await openStore();
  await at.store.load(inPieces(await dockerArchive({ image, names: ['old:1'] })));
  const files = await filesOf(await save(at.store, ['old:1'], 'docker-archive'));
  for (const { diffId } of image.layers)
    expect([...files.keys()]).toContain(diffId.replace('sha256:', 'blobs/sha256/'));
});

test.each([
  ['a tar', (tar: Buffer) => tar],
  ['a gzipped tar', (tar: Buffer) => gzipSync(tar)],
])('%s of a root becomes an image of one layer, with changes to its config', async (_, packed) => {
  await using at = await openStore();
  const tar = await tarOf({ name: 'etc/', type: 'directory' }, { name: 'etc/motd', body: 'hello' });
  const about = { from: 'root.tar', changes: ['CMD ["sh"]', 'ENV A=b'], message: 'by hand' };
  const never = new AbortController().signal;
  const id = await importTar(at.store.parts, { ...about, source: inPieces(packed(tar)) }, () => undefined, never);
  const { config, steps, layers } = await describeImage(at.store.parts, id);
  expect(config).toMatchObject({ cmd: ['sh'], env: ['A=b'] });
  expect(steps).toMatchObject([{ comment: 'by hand', layer: 0 }]);
  expect(layers.map(({ entryCount }) => entryCount)).toEqual([2]);
});

test('what is no tar becomes nothing', async () => {
  await using at = await openStore();
  const never = new AbortController().signal;
  const tar = { from: '-', changes: [], source: inPieces(Buffer.alloc(3000, 'no tar')) };
  await expect(importTar(at.store.parts, tar, () => undefined, never)).rejects.toMatchObject({ code: 'corrupt' });
  expect(await at.store.contents()).toEqual({ blobs: [], layers: [], halfDone: [] });
});
