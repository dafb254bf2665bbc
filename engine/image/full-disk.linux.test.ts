import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { inPieces } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { listImages } from './list-images.ts';
import { ImageStore } from './testing/image-store.ts';

const run = promisify(execFile);

/** Bytes that no compression makes smaller. */
const small = await makeImage([[{ name: 'small', body: randomBytes(200_000) }]]);
const large = await makeImage([
  [{ name: 'one', body: randomBytes(2_500_000) }],
  [{ name: 'two', body: randomBytes(2_500_000) }],
  [{ name: 'three', body: randomBytes(2_500_000) }],
]);

/** It fits compressed, and unpacked it doesn't. */
const swelling = await makeImage([[{ name: 'zeros', body: Buffer.alloc(40_000_000) }]]);

/** What this process has open beneath a directory, as proc(5) names it. */
async function openFilesOf(path: string): Promise<string> {
  const names = await readdir('/proc/self/fd');
  const targets = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
  return targets.filter((target) => target.startsWith(path)).join('\n');
}

describeWith(['root', 'launcher'], 'a data root on a disk of 8 MiB', () => {
  const owned = new AsyncDisposableStack();
  let registry: TestRegistry;
  let store: ImageStore;
  let root: string;
  let before: Awaited<ReturnType<ImageStore['contents']>>;

  beforeAll(async () => {
    root = owned.use(await temporaryDirectory('small-disk')).path;
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=755', 'tmpfs', root]);
    owned.defer(async () => {
      await run('umount', [root]);
    });
    registry = owned.use(await TestRegistry.start());
    store = owned.use(await ImageStore.open(root));
    registry.push('team/small:1', small);
    registry.push('team/large:1', large);
    registry.push('team/swelling:1', swelling);
    await store.pull(`${registry.host}/team/small:1`);
    before = await store.contents();
  });
  afterAll(() => owned.disposeAsync());

  async function staysAsItWas(working: Promise<unknown>): Promise<void> {
    await expect(working).rejects.toMatchObject({ code: 'out-of-space' });
    await expect(working).rejects.toThrow(
      /^the disk is full: [^\n]+; remove images or free some space, then try again$/i,
    );
    expect(await store.contents()).toEqual(before);
    expect(listImages(store.parts)).toHaveLength(1);
    // A file that was removed while it was open would go on taking its place.
    await expect.poll(() => openFilesOf(root), { timeout: 9000 }).not.toContain('(deleted)');
  }

  test('a pull whose blobs do not fit leaves what was there', async () => {
    await staysAsItWas(store.pull(`${registry.host}/team/large:1`));
  });

  test('a pull whose files do not fit leaves what was there', async () => {
    await staysAsItWas(store.pull(`${registry.host}/team/swelling:1`));
  });

  test('a load whose archive does not fit leaves what was there', async () => {
    await staysAsItWas(store.load(inPieces(await dockerArchive({ image: large, names: ['large:1'] }))));
  });

  test('a load whose layers do not fit beside their archive leaves what was there', async () => {
    const image = await makeImage([[{ name: 'one', body: randomBytes(4_500_000) }]]);
    await staysAsItWas(store.load(inPieces(await dockerArchive({ image, names: ['medium:1'] }))));
  });

  test('where not a byte is left, neither blob nor record is half there', async () => {
    const filler = join(root, 'filler');
    await writeFile(filler, Buffer.alloc(16_000_000)).catch(() => undefined);
    const image = await makeImage([[{ name: 'tiny', body: 'tiny' }]]);
    registry.push('team/tiny:1', image);
    await staysAsItWas(store.pull(`${registry.host}/team/tiny:1`));
    await rm(filler);
    await store.pull(`${registry.host}/team/tiny:1`);
    expect(listImages(store.parts)).toHaveLength(2);
  });
});
