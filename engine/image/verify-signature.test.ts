import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { OCI_INDEX, OCI_MANIFEST } from '#engine/oci/media-types.ts';
import { blobOf, document, makeImageOf, type BlobFixture } from '#engine/testing/image-fixture.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';
import { transferScene, type TransferScene } from '#engine/testing/transfer-scene.ts';

import { listReferrers } from './list-referrers.ts';
import { ImageStore } from './testing/image-store.ts';
import { verifySignature } from './verify-signature.ts';

const PAYLOAD = 'application/vnd.dev.cosign.simplesigning.v1+json';
const image = await makeImageOf(1);
const { digest } = image.manifest.descriptor;
const ours = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const theirs = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

interface Signing {
  readonly key: KeyObject;
  readonly of?: string;
  readonly type?: string;
}

/** As `cosign sign --key` puts it beside an image. */
function signature({ key, of = digest, type = 'cosign container image signature' }: Signing): BlobFixture[] {
  const identity = { 'docker-reference': 'registry.example/team/app\u001b[2J' };
  const claim = { critical: { identity, image: { 'docker-manifest-digest': of }, type }, optional: null };
  const payload = blobOf(PAYLOAD, Buffer.from(JSON.stringify(claim)));
  const config = blobOf('application/vnd.oci.image.config.v1+json', Buffer.from('{}'));
  const annotations = { 'dev.cosignproject.cosign/signature': sign('sha256', payload.bytes, key).toString('base64') };
  const layers = [{ ...payload.descriptor, annotations }];
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config: config.descriptor, layers };
  return [document(OCI_MANIFEST, manifest), payload, config];
}

async function scene(...signed: readonly BlobFixture[]): Promise<TransferScene<ImageStore>> {
  const at = await transferScene((path) => ImageStore.open(path));
  at.registry.push('team/app:1', image);
  const [manifest, ...blobs] = signed;
  for (const blob of blobs) at.registry.putBlob(blob);
  if (manifest === undefined) return at;
  for (const which of [`${digest.replace(':', '-')}.sig`, manifest.descriptor.digest]) {
    at.registry.putDocument('team/app', which, manifest);
  }
  return at;
}

const look = (at: TransferScene<ImageStore>, key = pem(ours.publicKey)): ReturnType<typeof verifySignature> =>
  verifySignature(at.store.parts, parseReference(at.name('team/app:1')), key);

test('a signature that was made with the key, over this image, is valid; what its signer wrote is made harmless', async () => {
  await using at = await scene(...signature({ key: ours.privateKey }));
  const { isSigned, signatures, digest: looked } = await look(at);
  expect([isSigned, looked]).toEqual([true, digest]);
  expect(signatures).toMatchObject([{ isValid: true, identity: 'registry.example/team/app [2J' }]);
});

test.each<[string, Signing, string]>([
  ['with another key', { key: theirs.privateKey }, 'another-key'],
  ['over another image', { key: ours.privateKey, of: digestOf('another') }, 'another-image'],
  ['over something else', { key: ours.privateKey, type: 'a contract' }, 'unreadable'],
])('one that was made %s is not', async (_, signing, problem) => {
  await using at = await scene(...signature(signing));
  const { isSigned, signatures } = await look(at);
  expect([isSigned, signatures]).toMatchObject([false, [{ isValid: false, problem }]]);
});

test('a signed text that was exchanged is not believed', async () => {
  const [manifest, payload, config] = signature({ key: ours.privateKey, of: digestOf('another') });
  const good = signature({ key: ours.privateKey })[1];
  if (manifest === undefined || payload === undefined || config === undefined || good === undefined) throw new Error();
  await using at = await scene(manifest, { descriptor: payload.descriptor, bytes: good.bytes }, config);
  expect(await look(at)).toMatchObject({ isSigned: false });
});

test('an image without signatures, and a key that is none', async () => {
  await using at = await scene();
  expect(await look(at)).toEqual({ digest, isSigned: false, signatures: [] });
  await expect(look(at, 'ssh-ed25519 AAAA')).rejects.toMatchObject({ code: 'invalid-argument' });
});

test('what is about an image is found in all the places where it is kept', async () => {
  await using at = await scene(...signature({ key: ours.privateKey }));
  const [sbom, attestation] = [digestOf('sbom'), digestOf('attestation')];
  const spdx = { mediaType: OCI_MANIFEST, digest: sbom, size: 5, artifactType: 'application/spdx+json' };
  const beside = {
    mediaType: OCI_MANIFEST,
    digest: attestation,
    size: 6,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: { 'vnd.docker.reference.type': 'attestation-manifest', 'vnd.docker.reference.digest': digest },
  };
  const index = document(OCI_INDEX, {
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [image.manifest.descriptor, beside],
  });
  const top = index.descriptor.digest;
  at.registry.putDocument('team/app', 'all', index);
  const list = document(OCI_INDEX, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [spdx] });
  at.registry.putDocument('team/app', top.replace(':', '-'), list);
  const found = await listReferrers(at.store.parts, parseReference(at.name('team/app:all')));
  expect(found.digest).toBe(top);
  expect(found.referrers).toMatchObject([
    { digest: sbom, kind: 'sbom', from: 'referrers', size: 5 },
    { digest: attestation, kind: 'attestation', from: 'index' },
  ]);
  const ofImage = await listReferrers(at.store.parts, parseReference(at.name('team/app:1')));
  expect(ofImage.referrers).toMatchObject([{ kind: 'signature', from: 'tag' }]);
});
