import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { collectGarbage } from '#engine/image/collect-garbage.ts';
import { sweepDocuments } from '#engine/image/kept-documents.ts';
import { listImages } from '#engine/image/list-images.ts';
import { tagImage } from '#engine/image/tag-image.ts';
import { ImageStore } from '#engine/image/testing/image-store.ts';
import { OCI_MANIFEST } from '#engine/oci/media-types.ts';
import { HttpRegistryClient } from '#engine/registry/http-registry-client.ts';
import type { RemoteRepository } from '#engine/registry/registry-client.ts';
import { blobOf, blobsOf, document, makeImageOf, makeIndex, type BlobFixture } from '#engine/testing/image-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { startRegistry } from './start-registry.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const own = await makeImageOf(2);
const foreign = await makeImageOf(1, { platform: { os: 'linux', architecture: 's390x' } });
const both = makeIndex([foreign, own]);
const { digest } = own.manifest.descriptor;
const sbom = artifact('application/spdx+json', own.manifest);

function artifact(artifactType: string, about: BlobFixture): readonly BlobFixture[] {
  const config = blobOf('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  const content = blobOf(artifactType, Buffer.from(`what is in it, as ${artifactType}`));
  const { mediaType, digest: called, size } = about.descriptor;
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType,
    config: config.descriptor,
    layers: [content.descriptor],
    subject: { mediaType, digest: called, size },
    annotations: { 'org.example.made': 'today' },
  };
  return [document(OCI_MANIFEST, manifest), config, content];
}

interface Opened extends AsyncDisposable {
  readonly store: ImageStore;
  readonly host: string;
  /** As a client has it. */
  at(name: string, actions?: 'pull' | 'delete'): RemoteRepository;
}

async function open(): Promise<Opened> {
  await using undo = new AsyncDisposableStack();
  const dir = undo.use(await temporaryDirectory('documents'));
  const store = undo.use(await ImageStore.open(dir.path));
  const registry = undo.use(await startRegistry(store.parts, silent, { listen: '127.0.0.1:0', push: true }));
  const host = registry.address.replace('http://', '');
  const client = new HttpRegistryClient({ configPath: '/nonexistent', knownPath: '/nonexistent' });
  const owned = undo.move();
  return {
    store,
    host,
    at: (name, actions = 'pull') => client.repository(parseReference(`${host}/${name}`), { actions }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function send(to: RemoteRepository, blobs: readonly BlobFixture[]): Promise<void> {
  for (const { descriptor, bytes } of blobs) {
    const source = {
      descriptor,
      async *open() {
        yield bytes;
      },
    };
    await to.upload(source);
  }
}

async function sendBoth(to: RemoteRepository, tag: string): Promise<void> {
  for (const image of both.images) {
    await send(to, blobsOf(image));
    await to.putDocument(image.manifest.descriptor.digest, image.manifest);
  }
  await to.putDocument(tag, both.index);
}

async function sendArtifact(to: RemoteRepository, which = '', parts = sbom): Promise<void> {
  const [manifest, ...blobs] = parts;
  if (manifest === undefined) throw new Error('There is no artifact.');
  await send(to, blobs);
  await to.putDocument(which === '' ? manifest.descriptor.digest : which, manifest);
}

test('an index comes back as it was sent, and its image for this machine is an image here', async () => {
  await using opened = await open();
  const to = opened.at('team/multi:1');
  await sendBoth(to, '1');
  expect((await to.document('1')).bytes).toEqual(both.index.bytes);
  expect((await to.document(foreign.manifest.descriptor.digest)).bytes).toEqual(foreign.manifest.bytes);
  expect(listImages(opened.store.parts)).toMatchObject([
    { Id: own.config.descriptor.digest, RepoTags: ['team/multi:1'] },
  ]);
  // A client that reads no index is given that one.
  const answer = await fetch(`http://${opened.host}/v2/team/multi/manifests/1`, { headers: { accept: OCI_MANIFEST } });
  expect(answer.headers.get('docker-content-digest')).toBe(digest);

  await using dir = await temporaryDirectory('other');
  await using other = await ImageStore.open(dir.path);
  const platform = { os: 'linux', architecture: 's390x' };
  const told = await other.pull(`${opened.host}/team/multi:1`, { platform });
  expect(told.at(-1)?.imageId).toBe(foreign.config.descriptor.digest);
});

test('an index is not taken before what it lists', async () => {
  await using opened = await open();
  await expect(opened.at('team/multi:1').putDocument('1', both.index)).rejects.toThrow('manifest blob unknown');
  expect((await opened.store.contents()).blobs).toEqual([]);
});

test('a tag that means another image by now means the index no more', async () => {
  await using opened = await open();
  const to = opened.at('team/multi:1');
  await sendBoth(to, '1');
  const image = await makeImageOf(3);
  await send(to, blobsOf(image));
  await to.putDocument('2', image.manifest);
  await tagImage(opened.store.parts, 'team/multi:2', parseReference('team/multi:1'));
  expect((await to.document('1')).descriptor.digest).toBe(image.manifest.descriptor.digest);
  // Nor when it is the image of the index, but was sent without it.
  await sendBoth(to, '3');
  await to.putDocument('3', own.manifest);
  expect((await to.document('3')).descriptor.digest).toBe(digest);
});

test('what is about an image is kept and listed, by its kind if asked for so, and is no image', async () => {
  await using opened = await open();
  const to = opened.at('team/app:1');
  await send(to, blobsOf(own));
  await to.putDocument('1', own.manifest);
  await sendArtifact(to);
  await sendArtifact(to, `${digest.replace(':', '-')}.sig`, artifact('application/vnd.example.sig', own.manifest));
  const found = await to.referrers(digest);
  expect(found.map(({ artifactType = '' }) => artifactType).toSorted()).toEqual([
    'application/spdx+json',
    'application/vnd.example.sig',
  ]);
  expect(found[0]?.annotations).toEqual({ 'org.example.made': 'today' });
  const address = `http://${opened.host}/v2/team/app/referrers/${digest}?artifactType=application/spdx%2Bjson`;
  const filtered = await fetch(address);
  expect([filtered.headers.get('oci-filters-applied'), await filtered.json()]).toMatchObject([
    'artifactType',
    { manifests: [{ digest: sbom[0]?.descriptor.digest }] },
  ]);
  expect((await to.tags()).names).toEqual(['1', `${digest.replace(':', '-')}.sig`]);
  expect(listImages(opened.store.parts)).toHaveLength(1);
});

test('removed by a tag it is no tag, by its digest it is gone with all that only it had', async () => {
  await using opened = await open();
  const to = opened.at('team/multi:1', 'delete');
  await sendBoth(to, '1');
  await sendBoth(to, '2');
  await sendArtifact(to);
  expect(await to.deleteTag('1')).toBe(true);
  expect((await to.tags()).names).toEqual(['2']);
  expect(listImages(opened.store.parts)).toMatchObject([{ RepoTags: ['team/multi:2'] }]);
  await to.deleteDocument(both.index.descriptor.digest);
  await expect(to.document(both.index.descriptor.digest)).rejects.toMatchObject({ code: 'not-found' });
  await expect(to.document(foreign.manifest.descriptor.digest)).rejects.toMatchObject({ code: 'not-found' });
  const { blobs } = await opened.store.contents();
  expect(blobs).not.toContain(foreign.config.descriptor.digest);
  expect(blobs).toContain(own.config.descriptor.digest);
  await expect(to.deleteDocument(both.index.descriptor.digest)).rejects.toMatchObject({ code: 'unsupported' });
});

test('a start lets go of what nothing leads to, and of nothing else', async () => {
  await using opened = await open();
  const { parts } = opened.store;
  const to = opened.at('team/multi:1');
  await sendBoth(to, '1');
  await sendArtifact(to);
  sweepDocuments(parts.database);
  await collectGarbage(parts);
  expect((await to.document('1')).bytes).toEqual(both.index.bytes);
  expect(await to.referrers(digest)).toHaveLength(1);

  const image = await makeImageOf(3);
  await send(to, blobsOf(image));
  await to.putDocument('1', image.manifest);
  sweepDocuments(parts.database);
  await collectGarbage(parts);
  const { blobs } = await opened.store.contents();
  expect(blobs).not.toContain(both.index.descriptor.digest);
  expect(blobs).not.toContain(foreign.manifest.descriptor.digest);
  // What it is about is here still, without a name.
  expect(blobs).toContain(sbom[2]?.descriptor.digest);
});
