import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { ErrorCode } from '#engine/contract/errors.ts';
import { OCI_LAYER_GZIP } from '#engine/oci/media-types.ts';
import {
  blobOf,
  document,
  makeImage,
  makeImageOf,
  type BlobFixture,
  type ImageFixture,
} from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { digestOf, tarOf, type TarItem } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { listImages } from './list-images.ts';
import { ImageStore } from './testing/image-store.ts';

/*
 * One store for all: nothing of what is refused may be left in it, and what it had before must stay.
 */
const owned = new AsyncDisposableStack();
let registry: TestRegistry;
let store: ImageStore;
let before: Awaited<ReturnType<ImageStore['contents']>>;
const good = await makeImage([[{ name: 'shared', body: 'good' }], [{ name: 'own', body: 'mine' }]]);

beforeAll(async () => {
  const dir = owned.use(await temporaryDirectory('hostile'));
  registry = owned.use(await TestRegistry.start());
  store = owned.use(await ImageStore.open(dir.path));
  registry.push('team/good:1', good);
  await store.pull(`${registry.host}/team/good:1`);
  before = await store.contents();
});
afterAll(() => owned.disposeAsync());

async function refuses(code: ErrorCode, ...words: readonly string[]): Promise<void> {
  const pulling = store.pull(`${registry.host}/team/bad:1`);
  await expect(pulling).rejects.toMatchObject({ code });
  for (const word of words) await expect(pulling).rejects.toThrow(word);
  await expect(pulling).rejects.toThrow(/^[^\n]{20,}$/);
  registry.repair();
  expect(await store.contents()).toEqual(before);
  expect(listImages(store.parts).map(({ Id }) => Id)).toEqual([good.config.descriptor.digest]);
}

/** The same image with another blob for its last layer; the config says what it likes. */
function withLayer(image: ImageFixture, blob: BlobFixture): ImageFixture {
  const layers = image.layers.map((layer, place) => (place === image.layers.length - 1 ? { ...layer, blob } : layer));
  const manifest = document(image.manifest.descriptor.mediaType, {
    schemaVersion: 2,
    mediaType: image.manifest.descriptor.mediaType,
    config: image.config.descriptor,
    layers: layers.map((layer) => layer.blob.descriptor),
  });
  return { ...image, layers, manifest };
}

const base: readonly TarItem[] = [{ name: 'shared', body: 'good' }];

const climbing: readonly [string, readonly TarItem[], string][] = [
  ['climbs with ..', [{ name: '../../escaped', body: 'x' }], '../../escaped'],
  ['is absolute', [{ name: '/etc/escaped', body: 'x' }], '/etc/escaped'],
  [
    'climbs through a symbolic link',
    [
      { name: 'out', type: 'symlink', linkname: '/etc' },
      { name: 'out/escaped', body: 'x' },
    ],
    'out/escaped',
  ],
  ['has a hard link outwards', [{ name: 'escaped', type: 'link', linkname: '../../../etc/passwd' }], 'escaped'],
];

test.each(climbing)('a layer whose tar %s is refused', async (_, items, name) => {
  const image = await makeImage([base, items]);
  registry.push('team/bad:1', image);
  await refuses('corrupt', name, image.layers[1]?.diffId ?? '', "can't be used");
});

test('a layer that arrives as other bytes of the same size is refused', async () => {
  const image = await makeImageOf(3);
  registry.push('team/bad:1', image);
  const { descriptor, bytes } = image.layers[1]?.blob ?? image.config;
  registry.fail({ path: descriptor.digest, answer: { kind: 'bytes', bytes: Buffer.alloc(bytes.length, 1) } });
  await refuses('corrupt', descriptor.digest, `The registry ${registry.host}`, 'other bytes');
});

test('a config that arrives as other bytes is refused', async () => {
  const image = await makeImageOf(1);
  registry.push('team/bad:1', image);
  const { descriptor, bytes } = image.config;
  registry.fail({ path: descriptor.digest, answer: { kind: 'bytes', bytes: Buffer.alloc(bytes.length, ' ') } });
  await refuses('corrupt', descriptor.digest, 'other bytes');
});

test('a layer that is cut short again and again is given up on', async () => {
  const image = await makeImageOf(3);
  registry.push('team/bad:1', image);
  const { descriptor } = image.layers[2]?.blob ?? image.config;
  registry.fail({ path: descriptor.digest, answer: { kind: 'break', afterBytes: 0 } });
  await refuses('unavailable', descriptor.digest, 'stopped sending');
});

test('a layer that was published cut off is refused', async () => {
  const image = await makeImage([base, [{ name: 'large', body: 'x'.repeat(100_000) }]]);
  const cut = gzipSync(image.layers[1]?.tar ?? Buffer.alloc(0)).subarray(0, -20);
  registry.push('team/bad:1', withLayer(image, blobOf(OCI_LAYER_GZIP, cut)));
  await refuses('corrupt', image.layers[1]?.diffId ?? '', "can't be used");
});

test('a layer with another diff id than the config says is refused', async () => {
  const image = await makeImage([base, [{ name: 'promised', body: 'x' }]]);
  const other = await tarOf({ name: 'other', body: 'y' });
  registry.push('team/bad:1', withLayer(image, blobOf(OCI_LAYER_GZIP, gzipSync(other))));
  await refuses('corrupt', image.layers[1]?.diffId ?? '', digestOf(other));
});

test('a config with fewer diff ids than there are layers is refused', async () => {
  registry.push('team/bad:1', await makeImage([base, [{ name: 'two' }]], { diffIds: [digestOf('one')] }));
  await refuses('corrupt', 'has 2 layers, but its config 1');
});

test('a config whose diff ids are none is refused', async () => {
  registry.push('team/bad:1', await makeImage([base], { diffIds: ['sha256:../../etc/passwd'] }));
  await refuses('corrupt', 'config');
});

test('a layer that is missing at the registry is said to be', async () => {
  const image = await makeImageOf(2);
  registry.push('team/bad:1', image);
  const body = JSON.stringify({ errors: [{ code: 'BLOB_UNKNOWN', message: 'blob unknown to registry' }] });
  registry.fail({
    path: image.layers[0]?.blob.descriptor.digest ?? '',
    answer: { kind: 'status', status: 404, body },
  });
  await refuses('not-found', 'blob unknown');
});

test('what is no image but a chart is refused as one', async () => {
  const image = await makeImageOf(1);
  const config = document('application/vnd.cncf.helm.config.v1+json', {});
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = document(mediaType, { schemaVersion: 2, mediaType, config: config.descriptor, layers: [] });
  registry.push('team/bad:1', { ...image, config, layers: [], manifest });
  await refuses('unsupported', 'not a container image', 'helm');
});

test('an index of indexes without end is refused', async () => {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  let inner = document(mediaType, { schemaVersion: 2, mediaType, manifests: [] });
  for (let depth = 0; depth < 8; depth += 1) {
    registry.putDocument('team/bad', inner.descriptor.digest, inner);
    inner = document(mediaType, { schemaVersion: 2, mediaType, manifests: [inner.descriptor] });
  }
  registry.putDocument('team/bad', inner.descriptor.digest, inner);
  registry.putDocument('team/bad', '1', inner);
  await refuses('corrupt', 'ever more indexes');
});
