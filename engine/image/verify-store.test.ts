import { appendFile, chmod, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { Digest } from '#engine/contract/digest.ts';
import type { Verification } from '#engine/contract/verification.ts';
import { ociArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { storeLedger } from './store-ledger.ts';
import { sumStorage } from './sum-storage.ts';
import { ImageStore } from './testing/image-store.ts';
import { verifyStore } from './verify-store.ts';

const image = await makeImage([
  [
    { name: 'dir/', type: 'directory' },
    { name: 'dir/file', body: 'x'.repeat(100_000) },
    { name: 'link', type: 'symlink', linkname: 'dir/file' },
  ],
  [{ name: 'top', body: 'top' }],
]);
const { descriptor: config } = image.config;
const { descriptor: manifest } = image.manifest;
const [bottom, top] = image.layers;
const never = new AbortController().signal;

interface Scene extends AsyncDisposable {
  readonly store: ImageStore;
  readonly registry: TestRegistry;
  readonly blob: (digest: Digest | undefined) => string;
  readonly layer: (diffId: Digest | undefined, path: string) => string;
  readonly verify: (image?: string) => Promise<Verification>;
}

async function scene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('verify'));
  const registry = stack.use(await TestRegistry.start());
  registry.push('team/app:1', image);
  const store = stack.use(await ImageStore.open(dir.path));
  await store.pull(`${registry.host}/team/app:1`);
  const owned = stack.move();
  const hex = (digest: Digest | undefined): string => digest?.slice('sha256:'.length) ?? '';
  return {
    store,
    registry,
    blob: (digest) => join(dir.path, 'blobs/sha256', hex(digest)),
    layer: (diffId, path) => join(dir.path, 'layers', hex(diffId), path),
    verify: (name) => verifyStore(store.parts, { image: name, onProgress: () => undefined }, never),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

const whole = { checked: 6, total: 6, findings: [] };

test('a store that is whole is found so, and since when', async () => {
  await using at = await scene();
  expect(sumStorage(at.store.parts).verifiedAt).toBeUndefined();
  const verified = await at.verify();
  expect(verified).toMatchObject(whole);
  expect(verified.checkedBytes).toBe(sumStorage(at.store.parts).totalBytes);
  expect(sumStorage(at.store.parts).verifiedAt).toBeGreaterThan(0);
});

test.each([
  ['config', config.digest],
  ['manifest', manifest.digest],
  ['layer', bottom?.blob.descriptor.digest],
])('a blob that was damaged or lost comes again from its registry: %s', async (_, digest) => {
  await using at = await scene();
  for (const harm of [(path: string) => appendFile(path, 'x'), (path: string) => truncate(path, 3), rm]) {
    await harm(at.blob(digest));
    const { findings } = await at.verify();
    expect(findings).toMatchObject([
      { kind: 'blob', digest, state: 'repaired', neededBy: [{ name: `${at.registry.host}/team/app:1` }] },
    ]);
    expect(findings[0]?.message).toContain(`made whole again from ${at.registry.host}/team/app.`);
    expect(await at.verify()).toMatchObject(whole);
  }
});

const harms: readonly (readonly [string, (at: Scene) => Promise<unknown>])[] = [
  ['a file has other bytes', (at) => writeFile(at.layer(bottom?.diffId, 'tree/dir/file'), 'y'.repeat(100_000))],
  ['a file is gone', (at) => rm(at.layer(bottom?.diffId, 'tree/dir'), { recursive: true })],
  ['a mode is another', (at) => chmod(at.layer(bottom?.diffId, 'tree/dir/file'), 0o777)],
  ['the index is damaged', (at) => truncate(at.layer(bottom?.diffId, 'index'), 100)],
  ['all of it is gone', (at) => rm(at.layer(bottom?.diffId, ''), { recursive: true })],
];

test.each(harms)('a layer is made anew from its blob when %s', async (_, harm) => {
  await using at = await scene();
  await harm(at);
  const { findings } = await at.verify();
  expect(findings).toMatchObject([{ kind: 'layer', digest: bottom?.diffId, state: 'repaired' }]);
  expect(findings[0]?.message).toContain('made whole again from its blob.');
  expect(await at.verify()).toMatchObject(whole);
  await storeLedger(at.store.parts).settled();
  expect(sumStorage(at.store.parts).layers).toBe(2);
});

test('a layer is not made anew under a container that runs', async () => {
  await using at = await scene();
  at.store.containers.push({ id: 'c'.repeat(64), name: 'box', running: true, imageId: config.digest });
  await chmod(at.layer(top?.diffId, 'tree/top'), 0o777);
  const { findings } = await at.verify();
  expect(findings).toMatchObject([{ kind: 'layer', state: 'busy' }]);
  expect(findings[0]?.message).toContain('box runs with it: stop it, and verify again.');
  at.store.containers.length = 0;
  expect((await at.verify()).findings).toMatchObject([{ state: 'repaired' }]);
});

test('what no registry has is lost, and who needs it is told', async () => {
  await using dir = await temporaryDirectory('lost');
  await using store = await ImageStore.open(dir.path);
  await store.load(inPieces(await ociArchive({ image, names: ['app:1'] })));
  const blob = bottom?.blob.descriptor.digest;
  await truncate(join(dir.path, 'blobs/sha256', blob?.slice('sha256:'.length) ?? ''), 3);
  const { findings } = await verifyStore(store.parts, { onProgress: () => undefined }, never);
  expect(findings).toMatchObject([{ kind: 'blob', digest: blob, state: 'lost', neededBy: [{ name: 'app:1' }] }]);
  expect(findings[0]?.message).toContain('no registry is known that had it');
  expect(findings[0]?.message).toContain('pull or load app:1 again.');
});

test('what was gone before anybody measured it is missed all the same', async () => {
  await using at = await scene();
  const blob = top?.blob.descriptor.digest;
  await rm(at.blob(blob));
  await rm(at.layer(bottom?.diffId, ''), { recursive: true });
  storeLedger(at.store.parts).reconcile();
  const { findings } = await at.verify();
  expect(findings.map(({ kind, digest, state }) => [kind, digest, state])).toEqual([
    ['blob', blob, 'repaired'],
    ['layer', bottom?.diffId, 'repaired'],
  ]);
});

test('only what one image is made of, if it is named', async () => {
  await using at = await scene();
  const other = await makeImage([[{ name: 'other', body: 'other' }]]);
  await at.store.load(inPieces(await ociArchive({ image: other, names: ['other:1'] })));
  expect((await at.verify('other:1')).total).toBe(4);
  await expect(at.verify('none:1')).rejects.toMatchObject({ code: 'not-found' });
});

test('it ends when it is cancelled, and leaves everything', async () => {
  await using at = await scene();
  const cancel = new AbortController();
  const verifying = verifyStore(at.store.parts, { onProgress: () => cancel.abort(new Error('enough')) }, cancel.signal);
  await expect(verifying).rejects.toThrow('enough');
  expect((await at.store.contents()).layers).toHaveLength(2);
  expect(await readdir(at.blob(undefined))).toHaveLength(4);
});
