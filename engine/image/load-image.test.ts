import { gzipSync, zstdCompressSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { EngineError, type ErrorCode } from '#engine/contract/errors.ts';
import { dockerArchive, dockerArchiveFiles, ociArchive, ociArchiveFiles } from '#engine/testing/archive-fixture.ts';
import { makeImage, makeImageOf, makeIndex } from '#engine/testing/image-fixture.ts';
import { inPieces, tarOf, type TarItem } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { listImages } from './list-images.ts';
import { ImageStore } from './testing/image-store.ts';

async function openStore(): Promise<AsyncDisposable & { readonly store: ImageStore }> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('load'));
  const store = stack.use(await ImageStore.open(dir.path));
  const owned = stack.move();
  return { store, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const nothing = { blobs: [], layers: [], halfDone: [] };
const image = await makeImageOf(3);
const zstd = await makeImageOf(2, { compression: 'zstd' });
const named = { image, names: ['team/app:1.0', 'team/app:latest'] };

test.each([
  ['a docker-archive', () => dockerArchive(named)],
  ['a gzipped docker-archive', async () => gzipSync(await dockerArchive(named))],
  ['an OCI archive', () => ociArchive(named)],
  ['an OCI archive in zstd', async () => zstdCompressSync(await ociArchive(named))],
])('%s brings its image and its names', async (_, make) => {
  await using at = await openStore();
  const told = await at.store.load(inPieces(await make()));
  expect(told.at(-1)).toMatchObject({
    status: 'Loaded team/app:1.0, team/app:latest',
    imageId: image.config.descriptor.digest,
    loaded: ['team/app:1.0', 'team/app:latest'],
  });
  const [summary, ...others] = listImages(at.store.parts);
  expect(others).toEqual([]);
  expect(summary).toMatchObject({
    Id: image.config.descriptor.digest,
    RepoTags: ['team/app:1.0', 'team/app:latest'],
    RepoDigests: [],
    origin: { kind: 'load', from: 'archive' },
    diffIds: image.layers.map(({ diffId }) => diffId),
  });
  const { layers, halfDone } = await at.store.contents();
  expect(layers).toEqual(image.layers.map(({ diffId }) => diffId).toSorted());
  expect(halfDone).toEqual([]);
});

test('all images of an archive come, with the layers they share, and one without a name by its id', async () => {
  await using at = await openStore();
  const base = [{ name: 'base', body: 'x'.repeat(100) }];
  const [one, two] = [await makeImage([base, [{ name: '1' }]]), await makeImage([base, [{ name: '2', body: '2' }]])];
  const archive = await dockerArchive({ image: one, names: ['one:1'] }, { image: two, names: [] });
  const told = await at.store.load(inPieces(archive));
  expect(told.at(-1)?.loaded).toEqual(['one:1', two.config.descriptor.digest]);
  expect((await at.store.contents()).layers).toHaveLength(3);
  expect(listImages(at.store.parts).map(({ SharedSize }) => SharedSize)).toEqual([100, 100]);
});

test('an OCI archive keeps its layers as they are compressed', async () => {
  await using at = await openStore();
  await at.store.load(inPieces(await ociArchive({ image: zstd, names: ['team/z:1'] })));
  const { blobs } = await at.store.contents();
  expect(blobs).toEqual(expect.arrayContaining(zstd.layers.map(({ blob }) => blob.descriptor.digest)));
});

test('layers that an older docker wrote as links are found', async () => {
  await using at = await openStore();
  const [layer] = (await makeImageOf(1)).layers;
  const one = await makeImageOf(1);
  const files = dockerArchiveFiles({ image: one, names: ['linked:1'] });
  const at0 = files.find(({ name }) => name.endsWith('/layer.tar'));
  const linked: TarItem[] = files.map((item) =>
    item === at0 ? { name: item.name, type: 'symlink', linkname: '../shared/layer.tar' } : item,
  );
  const archive = await tarOf({ name: 'shared/layer.tar', body: layer?.tar ?? '' }, ...linked);
  expect((await at.store.load(inPieces(archive))).at(-1)?.loaded).toEqual(['linked:1']);
});

test('loading again changes nothing', async () => {
  await using at = await openStore();
  const archive = await dockerArchive(named);
  await at.store.load(inPieces(archive));
  const before = [await at.store.contents(), listImages(at.store.parts)];
  const told = await at.store.load(inPieces(archive));
  expect(told.at(-1)?.layers.map(({ state }) => state)).toEqual(['exists', 'exists', 'exists']);
  expect([await at.store.contents(), listImages(at.store.parts)]).toEqual(before);
});

/** The archive with another body for the files of these names. */
function replaced(files: readonly TarItem[], pattern: RegExp, body: string | Uint8Array): Promise<Buffer> {
  return tarOf(...files.map((item) => (pattern.test(item.name) && item.type === undefined ? { ...item, body } : item)));
}

const docker = dockerArchiveFiles(named);
const oci = ociArchiveFiles(named);
const without = (files: readonly TarItem[], pattern: RegExp): Promise<Buffer> =>
  tarOf(...files.filter(({ name }) => !pattern.test(name)));
const firstBlob = image.layers[0]?.blob.descriptor.digest.slice('sha256:'.length) ?? '';

test.each<[string, () => Promise<Uint8Array>, ErrorCode, string]>([
  ['nothing', () => Promise.resolve(Buffer.alloc(0)), 'corrupt', 'The archive holds no image'],
  ['no tar', () => Promise.resolve(Buffer.from('no tar at all. '.repeat(100))), 'corrupt', "The archive can't be used"],
  ['a tar of something else', () => tarOf({ name: 'readme', body: 'x' }), 'corrupt', 'The archive holds no image'],
  ['a tar cut in a file', async () => (await dockerArchive(named)).subarray(0, 1000), 'corrupt', 'cut off'],
  ['a tar cut between files', async () => (await dockerArchive(named)).subarray(0, 3000), 'corrupt', 'incomplete'],
  ['a cut gzip', async () => gzipSync(await dockerArchive(named)).subarray(0, -100), 'corrupt', "The archive can't be"],
  ['a manifest.json that is none', () => replaced(docker, /^manifest.json$/, '{"a"'), 'corrupt', 'manifest.json'],
  [
    'a manifest.json of other things',
    () => replaced(docker, /^manifest.json$/, '[{"a":1}]'),
    'corrupt',
    'manifest.json',
  ],
  ['an archive without a layer', () => without(docker, /layer.tar$/), 'corrupt', 'layer.tar'],
  ['an archive without a config', () => without(docker, /^[0-9a-f]{64}.json$/), 'corrupt', '.json'],
  ['a layer of other bytes', () => replaced(docker, /layer.tar$/, 'x'.repeat(1024)), 'corrupt', "can't be used"],
  ['an index.json that is none', () => replaced(oci, /^index.json$/, 'x'), 'corrupt', 'index.json'],
  ['an OCI layer of other bytes', () => replaced(oci, new RegExp(firstBlob), 'x'), 'corrupt', firstBlob],
  ['an OCI archive without a layer', () => without(oci, new RegExp(firstBlob)), 'corrupt', firstBlob],
])('%s is refused in a sentence, and leaves nothing', async (_, make, ...[code, sentence]) => {
  await using at = await openStore();
  const loading = at.store.load(inPieces(await make()));
  await expect(loading).rejects.toMatchObject({ code });
  await expect(loading).rejects.toThrow(sentence);
  await expect(loading).rejects.toThrow(/^[A-Z][^\n]{20,}\.$/);
  expect(await at.store.contents()).toEqual(nothing);
  expect(listImages(at.store.parts)).toEqual([]);
});

test('a name in the archive that leads out of it reaches no disk', async () => {
  await using at = await openStore();
  const manifest = [{ Config: '../../../../etc/hostname', RepoTags: ['evil:1'], Layers: ['/etc/passwd'] }];
  const archive = await tarOf(
    { name: '../../escaped', body: 'x' },
    { name: 'manifest.json', body: JSON.stringify(manifest) },
  );
  const loading = at.store.load(inPieces(archive));
  await expect(loading).rejects.toMatchObject({ code: 'corrupt' });
  await expect(loading).rejects.toThrow('The archive lacks ../../../../etc/hostname');
});

test('a layer of an archive that climbs out is refused', async () => {
  await using at = await openStore();
  const bad = await makeImage([[{ name: '../../escaped', body: 'x' }]]);
  const loading = at.store.load(inPieces(await dockerArchive({ image: bad, names: ['bad:1'] })));
  await expect(loading).rejects.toThrow('"../../escaped"');
  expect(await at.store.contents()).toEqual(nothing);
});

test('of several images one that is broken takes the others with it', async () => {
  await using at = await openStore();
  const bad = await makeImage([[{ name: '/absolute', body: 'x' }]]);
  const archive = await dockerArchive(named, { image: bad, names: ['bad:1'] });
  await expect(at.store.load(inPieces(archive))).rejects.toMatchObject({ code: 'corrupt' });
  expect(await at.store.contents()).toEqual(nothing);
  expect(listImages(at.store.parts)).toEqual([]);
});

test('a load that is cancelled while its archive is silent ends, and leaves nothing', async () => {
  await using at = await openStore();
  const archive = await dockerArchive(named);
  const stop = new AbortController();
  const silence = Promise.withResolvers<never>();
  async function* source(): AsyncGenerator<Uint8Array> {
    yield archive.subarray(0, archive.length / 2);
    stop.abort(new EngineError('cancelled', 'Cancelled.'));
    await silence.promise;
  }
  await expect(at.store.load(source(), stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  expect(await at.store.contents()).toEqual(nothing);
});

test('what docker writes since version 25, which is both kinds of archive, is loaded with its manifest.json', async () => {
  await using at = await openStore();
  const blobPath = (digest: string): string => `blobs/sha256/${digest.slice('sha256:'.length)}`;
  const manifest = [
    {
      Config: blobPath(image.config.descriptor.digest),
      RepoTags: ['team/app:1.0'],
      Layers: image.layers.map(({ blob }) => blobPath(blob.descriptor.digest)),
    },
  ];
  const archive = await tarOf(...oci, { name: 'manifest.json', body: JSON.stringify(manifest) });
  expect((await at.store.load(inPieces(archive))).at(-1)?.loaded).toEqual(['team/app:1.0']);
  const [summary] = listImages(at.store.parts);
  expect(summary?.diffIds).toEqual(image.layers.map(({ diffId }) => diffId));
});

/** An OCI archive whose index.json lists these. */
function listing(manifests: readonly unknown[], ...more: readonly TarItem[]): Promise<Buffer> {
  return replaced([...oci, ...more], /^index.json$/, JSON.stringify({ schemaVersion: 2, manifests }));
}

test('attestations, which stand beside the images of an archive, are left out', async () => {
  await using at = await openStore();
  const about = {
    ...image.manifest.descriptor,
    digest: zstd.manifest.descriptor.digest,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest' },
  };
  const own = { ...image.manifest.descriptor, annotations: { 'io.containerd.image.name': 'docker.io/team/app:1.0' } };
  const told = await at.store.load(inPieces(await listing([own, about])));
  expect(told.at(-1)?.loaded).toEqual(['team/app:1.0']);
});

test('an archive whose index leads to an index brings the image for this machine', async () => {
  await using at = await openStore();
  const index = makeIndex([image]).index;
  const item = { name: `blobs/sha256/${index.descriptor.digest.slice('sha256:'.length)}`, body: index.bytes };
  await at.store.load(inPieces(await listing([index.descriptor], item)));
  expect(listImages(at.store.parts).map(({ Id }) => Id)).toEqual([image.config.descriptor.digest]);
});

test.each([
  ['manifest.json', () => replaced(docker, /^manifest.json$/, '[]')],
  ['index.json', () => listing([])],
])('an archive whose %s lists nothing holds no image', async (_, make) => {
  await using at = await openStore();
  const loading = at.store.load(inPieces(await make()));
  await expect(loading).rejects.toMatchObject({ code: 'corrupt' });
  await expect(loading).rejects.toThrow('The archive holds no image');
});
