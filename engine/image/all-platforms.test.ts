import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { blobsOf, document, makeImage, makeImageOf, makeIndex } from '#engine/testing/image-fixture.ts';
import { OCI_INDEX } from '#engine/oci/media-types.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { endStates, transferScene } from '#engine/testing/transfer-scene.ts';

import { collectGarbage } from './collect-garbage.ts';
import { sweepDocuments } from './kept-documents.ts';
import { listImages } from './list-images.ts';
import { storeLedger } from './store-ledger.ts';
import { sumStorage } from './sum-storage.ts';
import { tagImage } from './tag-image.ts';
import { ImageStore } from './testing/image-store.ts';

const own = await makeImageOf(2);
const foreign = await makeImage([[{ name: 'foreign', body: 'foreign' }]], {
  platform: { os: 'linux', architecture: 's390x' },
});
const both = makeIndex([foreign, own]);
const open = (path: string): Promise<ImageStore> => ImageStore.open(path);

test('all that a name leads to goes through this store, byte for byte', async () => {
  await using at = await transferScene(open);
  await using target = await TestRegistry.start();
  at.registry.push('team/app:1', both);
  await at.store.pull(at.name('team/app:1'), { allPlatforms: true });
  expect(listImages(at.store.parts)).toMatchObject([{ Id: own.config.descriptor.digest }]);
  sweepDocuments(at.store.parts.database);
  await collectGarbage(at.store.parts);

  const name = `${target.host}/else/where:2`;
  await tagImage(at.store.parts, at.name('team/app:1'), parseReference(name));
  const told = await at.store.push(name, { allPlatforms: true });
  expect(new Set(endStates(told))).toEqual(new Set(['pushed']));
  expect(target.documentAt('else/where', '2')).toEqual(both.index);
  for (const image of both.images) {
    expect(target.documentAt('else/where', image.manifest.descriptor.digest)).toEqual(image.manifest);
    for (const { descriptor, bytes } of blobsOf(image)) expect(target.blobAt(descriptor.digest)).toEqual(bytes);
  }
  expect(new Set(endStates(await at.store.push(name, { allPlatforms: true })))).toEqual(new Set(['exists']));
});

test('what other platforms take is told as such, and not as if it still came', async () => {
  await using at = await transferScene(open);
  at.registry.push('team/app:1', both);
  await at.store.pull(at.name('team/app:1'), { allPlatforms: true });
  await storeLedger(at.store.parts).settled();
  const { documentBytes, incomingBytes, ownedBytes, totalBytes } = sumStorage(at.store.parts);
  expect(incomingBytes).toBe(0);
  expect(documentBytes).toBeGreaterThan(0);
  expect(ownedBytes + documentBytes).toBe(totalBytes);
});

test('what is here is not fetched again', async () => {
  await using at = await transferScene(open);
  at.registry.push('team/app:1', both);
  await at.store.pull(at.name('team/app:1'));
  const fetched = at.registry.count('GET', '/blobs/');
  await at.store.pull(at.name('team/app:1'), { allPlatforms: true });
  expect(at.registry.count('GET', '/blobs/')).toBe(fetched + blobsOf(foreign).length);
});

test('what was not pulled so is not pushed so, nor after the tag was given to another image', async () => {
  await using at = await transferScene(open);
  at.registry.push('team/app:1', both);
  at.registry.push('team/other:1', await makeImageOf(3));
  const name = at.name('team/app:1');
  await at.store.pull(name);
  const push = (): Promise<unknown> => at.store.push(name, { allPlatforms: true });
  await expect(push()).rejects.toThrow('pull it with --all-platforms first');
  await at.store.pull(name, { allPlatforms: true });
  await push();
  await at.store.pull(at.name('team/other:1'));
  await tagImage(at.store.parts, at.name('team/other:1'), parseReference(name));
  await expect(push()).rejects.toMatchObject({ code: 'not-found' });
});

test('a name that leads to another index by now does not mean the one before, though its image is the same', async () => {
  await using at = await transferScene(open);
  at.registry.push('team/app:1', both);
  const name = at.name('team/app:1');
  await at.store.pull(name, { allPlatforms: true });
  await at.store.pull(name);
  await at.store.push(name, { allPlatforms: true });
  at.registry.push('team/app:1', makeIndex([own]));
  await at.store.pull(name);
  await expect(at.store.push(name, { allPlatforms: true })).rejects.toMatchObject({ code: 'not-found' });
});

test('one that breaks off leaves nothing but the image that was whole before', async () => {
  await using at = await transferScene(open);
  at.registry.push('team/app:1', both);
  const [layer] = foreign.layers;
  at.registry.fail({ path: `/blobs/${layer?.blob.descriptor.digest}`, answer: { kind: 'status', status: 403 } });
  await expect(at.store.pull(at.name('team/app:1'), { allPlatforms: true })).rejects.toThrow('denied');
  const { blobs, halfDone } = await at.store.contents();
  expect([blobs.includes(foreign.config.descriptor.digest), halfDone]).toEqual([false, []]);
  expect(listImages(at.store.parts)).toHaveLength(1);
});

test('an index that lists indexes is refused', async () => {
  await using at = await transferScene(open);
  const nested = document(OCI_INDEX, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [{ ...own.manifest.descriptor, platform: own.platform }, both.index.descriptor],
  });
  at.registry.push('team/app:2', both);
  for (const which of ['1', nested.descriptor.digest]) at.registry.putDocument('team/app', which, nested);
  const pulling = at.store.pull(at.name('team/app:1'), { allPlatforms: true });
  await expect(pulling).rejects.toMatchObject({ code: 'unsupported' });
});
