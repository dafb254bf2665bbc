import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { makeImage, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { listTrash } from '#engine/trash/list-trash.ts';
import { emptyTrash } from '#engine/trash/remove-from-trash.ts';

import { collectGarbage } from './collect-garbage.ts';
import { listImages } from './list-images.ts';
import { removeImage } from './remove-image.ts';
import { ImageStore } from './testing/image-store.ts';

const program = fileURLToPath(new URL('./testing/pulling-engine.ts', import.meta.url));
const noise = (name: string): string =>
  Array.from({ length: 5000 }, (_, place) => digestOf(`${name} ${place}`)).join('\n');
const image = await makeImage([
  [{ name: 'one', body: noise('one') }],
  [{ name: 'two', body: noise('two') }],
  [{ name: 'three', body: noise('three') }],
]);
const nothing = { blobs: [], layers: [], halfDone: [] };

/** Kills a pull with SIGKILL as soon as `when` comes true of the registry. */
async function killPull(root: string, registry: TestRegistry, when: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [program, root, `${registry.host}/team/app:1`], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  await expect.poll(() => when() || child.exitCode !== null, { timeout: 9000 }).toBe(true);
  child.kill('SIGKILL');
  await ended;
  expect(child.signalCode).toBe('SIGKILL');
}

async function startRegistry(): Promise<TestRegistry> {
  const registry = await TestRegistry.start();
  registry.push('team/app:1', image);
  return registry;
}

const digestOfLayer = (place: number, of: ImageFixture = image): string =>
  of.layers[place]?.blob.descriptor.digest ?? '';

test('of what a killed pull left only the beginning of a layer is kept, and the next pull goes on from there', async () => {
  await using dir = await temporaryDirectory('killed');
  await using registry = await startRegistry();
  const held = Promise.withResolvers<undefined>();
  registry.fail({ path: digestOfLayer(2), answer: { kind: 'wait', until: held.promise } });
  registry.fail({ path: digestOfLayer(1), times: 1, answer: { kind: 'break', afterBytes: 10_000 } });
  registry.fail({ path: digestOfLayer(1), answer: { kind: 'wait', until: held.promise } });
  await killPull(
    dir.path,
    registry,
    () => registry.count('GET', digestOfLayer(1)) > 1 && registry.count('GET', digestOfLayer(2)) > 0,
  );
  held.resolve(undefined);
  registry.repair();
  expect(await readdir(join(dir.path, 'blobs/partial'))).not.toEqual([]);

  await using store = await ImageStore.open(dir.path);
  await collectGarbage(store.parts);
  const beginning = digestOfLayer(1).slice('sha256:'.length);
  const { halfDone, ...whole } = await store.contents();
  expect(whole).toEqual({ blobs: [], layers: [] });
  // Another layer may have been on its way as well.
  expect(halfDone).toContain(beginning);
  expect(listImages(store.parts)).toEqual([]);
  registry.requests.length = 0;
  expect((await store.pull(`${registry.host}/team/app:1`)).at(-1)?.imageId).toBe(image.config.descriptor.digest);
  const asked = registry.requests.find(({ path }) => path.includes(beginning));
  expect(asked?.headers.range).toMatch(/^bytes=[1-9]\d*-$/);
  expect((await store.contents()).halfDone).toEqual([]);
});

test('halves of blobs, of layers and of archives are swept, whatever they are called', async () => {
  await using dir = await temporaryDirectory('halves');
  await using registry = await startRegistry();
  const open = (): Promise<ImageStore> => ImageStore.open(dir.path);
  {
    await using store = await open();
    await store.pull(`${registry.host}/team/app:1`);
  }
  const diffHex = image.layers[0]?.diffId.slice('sha256:'.length) ?? '';
  await mkdir(join(dir.path, 'layers', `${diffHex}.0-0-0`, 'tree/deep'), { recursive: true });
  await mkdir(join(dir.path, 'tmp/load-abc'), { recursive: true });
  await writeFile(join(dir.path, 'tmp/load-abc/0'), 'half');
  await writeFile(join(dir.path, 'blobs/partial/1-1'), 'half').catch(async () => {
    await mkdir(join(dir.path, 'blobs/partial'));
    await writeFile(join(dir.path, 'blobs/partial/1-1'), 'half');
  });

  await using store = await open();
  const { layers, blobs, halfDone } = await store.contents();
  expect([layers.length, blobs.length, halfDone]).toEqual([3, 5, []]);
});

test('layers and blobs that were stored but never named are collected at the next start', async () => {
  await using dir = await temporaryDirectory('unnamed');
  await using registry = await startRegistry();
  {
    // Everything is here but the record: as if the engine was killed right before its transaction.
    await using store = await ImageStore.open(dir.path);
    await store.pull(`${registry.host}/team/app:1`);
    store.parts.database.exec('DELETE FROM tags; DELETE FROM images');
  }
  await using store = await ImageStore.open(dir.path);
  expect(await collectGarbage(store.parts)).toMatchObject({ layers: 3, blobs: 5 });
  expect(await store.contents()).toEqual(nothing);
});

test('an image whose files a killed removal left is removed to the end at the next start', async () => {
  await using dir = await temporaryDirectory('removal');
  await using registry = await startRegistry();
  {
    await using store = await ImageStore.open(dir.path);
    await store.pull(`${registry.host}/team/app:1`);
    const { parts } = store;
    // As if it was killed between the transaction and the files.
    parts.layers.remove = () => Promise.reject(new Error('killed'));
    await removeImage(parts, `${registry.host}/team/app:1`, { force: false });
    await expect(emptyTrash(parts.trash)).rejects.toThrow('killed');
    expect(listImages(parts)).toEqual([]);
    expect(listTrash(parts.trash)).toEqual([]);
  }
  await using store = await ImageStore.open(dir.path);
  await collectGarbage(store.parts);
  expect(await store.contents()).toEqual(nothing);
});

test('what a running pull holds is left by a collection beside it', async () => {
  await using dir = await temporaryDirectory('beside');
  await using registry = await startRegistry();
  await using store = await ImageStore.open(dir.path);
  const held = Promise.withResolvers<undefined>();
  registry.fail({ path: digestOfLayer(2), times: 1, answer: { kind: 'wait', until: held.promise } });
  const pulling = store.pull(`${registry.host}/team/app:1`);
  await expect.poll(async () => (await store.contents()).layers.length, { timeout: 9000 }).toBe(2);
  expect(await collectGarbage(store.parts)).toEqual({ blobs: 0, layers: 0, freedBytes: 0 });
  held.resolve(undefined);
  await pulling;
  expect((await store.contents()).layers).toHaveLength(3);
});
