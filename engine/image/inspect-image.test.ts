import { afterAll, beforeAll, expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { imageHistory, inspectImage } from './inspect-image.ts';
import { describeImage, listImages, rawImage } from './list-images.ts';
import { chainIds } from './record-image.ts';
import { tagImage } from './tag-image.ts';
import { ImageStore } from './testing/image-store.ts';

const created = '2026-01-02T03:04:05Z';
const image = await makeImage(
  [
    [{ name: 'base', body: 'x'.repeat(100) }],
    [
      { name: 'app', body: 'y'.repeat(10) },
      { name: 'dir', type: 'directory' },
    ],
  ],
  {
    format: 'docker',
    config: {
      author: 'ann',
      config: {
        Entrypoint: ['/entry'],
        Cmd: ['serve', '--all'],
        Env: ['PATH=/bin', 'A=b=c'],
        User: '1000:1000',
        WorkingDir: '/srv',
        ExposedPorts: { '80/tcp': {}, '53/udp': {} },
        Volumes: { '/data': {} },
        Labels: { role: 'test' },
        StopSignal: 'SIGINT',
      },
      history: [
        { created, created_by: '/bin/sh -c #(nop) ADD file:0a in / ' },
        { created, created_by: '/bin/sh -c #(nop)  ENV A=b=c', empty_layer: true },
        { created, created_by: 'RUN /bin/sh -c make install # buildkit', comment: 'buildkit.dockerfile.v0' },
        { created, created_by: '/bin/sh -c #(nop)  CMD ["serve" "--all"]', empty_layer: true },
      ],
    },
  },
);
const bare = await makeImage([[{ name: 'only', body: 'z' }]], {
  config: { config: {}, history: [], created: 'never' },
});

const owned = new AsyncDisposableStack();
let store: ImageStore;
let name: string;

beforeAll(async () => {
  const dir = owned.use(await temporaryDirectory('inspect'));
  const registry = owned.use(await TestRegistry.start());
  store = owned.use(await ImageStore.open(dir.path));
  registry.push('team/app:1', image);
  name = `${registry.host}/team/app`;
  await store.pull(`${name}:1`);
  await tagImage(store.parts, `${name}:1`, parseReference('app:2'));
  await store.load(inPieces(await dockerArchive({ image: bare, names: ['bare'] })));
});
afterAll(() => owned.disposeAsync());

test('the steps of an image stand beside the layers they made', async () => {
  const { steps, layers, config, author, manifestDigest } = await describeImage(store.parts, 'app:2');
  expect(steps.map(({ instruction, layer }) => [instruction, layer])).toEqual([
    ['ADD file:0a in /', 0],
    ['ENV A=b=c', undefined],
    ['RUN make install', 1],
    ['CMD ["serve" "--all"]', undefined],
  ]);
  const diffIds = image.layers.map(({ diffId }) => diffId);
  expect(
    layers.map(({ diffId, chainId, step, size, entryCount }) => [diffId, chainId, step, size, entryCount]),
  ).toEqual([
    [diffIds[0], chainIds(diffIds)[0], 0, 100, 1],
    [diffIds[1], chainIds(diffIds)[1], 2, 10, 2],
  ]);
  expect(layers.map(({ blobDigest }) => blobDigest)).toEqual(image.layers.map(({ blob }) => blob.descriptor.digest));
  expect(config).toEqual({
    entrypoint: ['/entry'],
    cmd: ['serve', '--all'],
    env: ['PATH=/bin', 'A=b=c'],
    user: '1000:1000',
    workingDir: '/srv',
    exposedPorts: ['80/tcp', '53/udp'],
    volumes: ['/data'],
    labels: { role: 'test' },
    stopSignal: 'SIGINT',
  });
  expect([author, manifestDigest]).toEqual(['ann', image.manifest.descriptor.digest]);
});

test('an image that says nothing of itself is described all the same', async () => {
  const { steps, config, layers, summary } = await describeImage(store.parts, 'bare');
  expect(steps).toEqual([{ createdBy: '', instruction: '', layer: 0 }]);
  expect(layers).toHaveLength(1);
  expect(config).toMatchObject({ entrypoint: [], cmd: [], env: [], user: '', workingDir: '' });
  expect(summary.Created).toBe(0);
});

test('inspect has the fields that clients of Docker read', async () => {
  const inspected = await inspectImage(store.parts, `${name}:1`);
  expect(inspected).toMatchObject({
    Id: image.config.descriptor.digest,
    RepoTags: [`${name}:1`, 'app:2'].toSorted(),
    RepoDigests: [`${name}@${image.manifest.descriptor.digest}`],
    Created: created,
    Author: 'ann',
    Architecture: image.platform.architecture,
    Os: 'linux',
    Size: 110,
    Config: {
      Cmd: ['serve', '--all'],
      Entrypoint: ['/entry'],
      ExposedPorts: { '80/tcp': {}, '53/udp': {} },
      Volumes: { '/data': {} },
      StopSignal: 'SIGINT',
      Labels: { role: 'test' },
    },
    RootFS: { Type: 'layers', Layers: image.layers.map(({ diffId }) => diffId) },
  });
  expect(await inspectImage(store.parts, 'bare')).toMatchObject({
    Config: { Cmd: null, Entrypoint: null, ExposedPorts: null, Volumes: null },
  });
});

test('history is told newest first, with the bytes of each step', async () => {
  const history = await imageHistory(store.parts, 'app:2');
  expect(history.map(({ Id, CreatedBy, Size }) => [Id, CreatedBy, Size])).toEqual([
    [image.config.descriptor.digest, '/bin/sh -c #(nop)  CMD ["serve" "--all"]', 0],
    ['<missing>', 'RUN /bin/sh -c make install # buildkit', 10],
    ['<missing>', '/bin/sh -c #(nop)  ENV A=b=c', 0],
    ['<missing>', '/bin/sh -c #(nop) ADD file:0a in / ', 100],
  ]);
  expect(history[0]).toMatchObject({ Created: Date.parse(created) / 1000, Comment: '' });
});

test('config and manifest come as they were sent', async () => {
  expect(await rawImage(store.parts, 'app:2')).toEqual({
    config: image.config.bytes.toString(),
    manifest: image.manifest.bytes.toString(),
  });
  expect(await rawImage(store.parts, 'bare')).toEqual({ config: bare.config.bytes.toString() });
});

test('containers are counted and named where their image is', async () => {
  const container = { id: 'c1', name: 'box', running: true, imageId: image.config.descriptor.digest };
  store.containers.push(container);
  expect((await describeImage(store.parts, 'app:2')).usedBy).toEqual([{ id: 'c1', name: 'box', running: true }]);
  expect(listImages(store.parts).map(({ Containers }) => Containers)).toEqual([1, 0]);
  store.containers.length = 0;
});
