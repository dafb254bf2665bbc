import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { dockerArchive, ociArchive } from '#engine/testing/archive-fixture.ts';
import { startDebianRegistry, type DebianRegistry } from '#engine/testing/debian-registry.ts';
import { makeImage, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import type { TarItem } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { describeImage, listImages } from './list-images.ts';
import { emptyTrash } from '#engine/trash/remove-from-trash.ts';
import { removeImage } from './remove-image.ts';
import { ImageStore } from './testing/image-store.ts';

const run = promisify(execFile);

/** Layers with what layers have: directories, links, a removal, an opaque directory. */
const layers: readonly (readonly TarItem[])[] = [
  [
    { name: 'etc', type: 'directory' },
    { name: 'etc/motd', body: 'hello\n' },
    { name: 'etc/gone', body: 'gone\n' },
    { name: 'bin', type: 'symlink', linkname: 'usr/bin' },
    { name: 'usr/bin/tool', mode: 0o4755, body: Buffer.alloc(200_000, 1) },
    { name: 'usr/bin/same', type: 'link', linkname: 'usr/bin/tool' },
  ],
  [{ name: 'etc/.wh.gone' }, { name: 'etc/motd', body: 'changed\n' }],
  [{ name: 'srv/.wh..wh..opq' }, { name: 'srv/new', body: 'new' }],
];
const image = await makeImage(layers);
const inZstd = await makeImage([...layers.slice(0, 2), [{ name: 'zstd', body: 'zstd' }]], { compression: 'zstd' });

describeWith(['registry', 'launcher'], "a registry and archives of others' making", () => {
  const owned = new AsyncDisposableStack();
  let registry: DebianRegistry;
  let dir: string;

  beforeAll(async () => {
    dir = owned.use(await temporaryDirectory('skopeo')).path;
    registry = owned.use(await startDebianRegistry());
    await writeFile(join(dir, 'oci.tar'), await ociArchive({ image, names: ['team/app:1'] }));
    await writeFile(join(dir, 'zstd.tar'), await ociArchive({ image: inZstd, names: ['team/app:1'] }));
    await writeFile(join(dir, 'docker.tar'), await dockerArchive({ image, names: ['team/app:1'] }));
  });
  afterAll(() => owned.disposeAsync());

  const copy = (...args: readonly string[]): Promise<unknown> =>
    run('skopeo', ['copy', '--insecure-policy', '--src-tls-verify=false', '--dest-tls-verify=false', ...args]);

  async function freshStore(): Promise<AsyncDisposable & { readonly store: ImageStore }> {
    const root = await temporaryDirectory('store');
    const store = await ImageStore.open(root.path);
    const both = new AsyncDisposableStack();
    both.use(root);
    both.use(store);
    return { store, [Symbol.asyncDispose]: () => both.disposeAsync() };
  }

  function expectWhole(store: ImageStore, diffIds: ImageFixture['layers']): void {
    expect(listImages(store.parts).map((one) => one.diffIds)).toEqual([diffIds.map(({ diffId }) => diffId)]);
  }

  test.each([
    ['v2s2', 'gzip', 'docker-archive:docker.tar', image],
    ['oci', 'gzip', 'oci-archive:oci.tar', image],
    ['oci', 'zstd', 'oci-archive:zstd.tar', inZstd],
  ])('a pull of format %s in %s brings what skopeo pushed', async (format, compression, source, pushed) => {
    const name = `${registry.host}/team/${format}-${compression}:1`;
    const from = source.replace(':', `:${dir}/`);
    await copy('--format', format, '--dest-compress-format', compression, from, `docker://${name}`);
    await using at = await freshStore();
    const told = await at.store.pull(name);
    expect(told.at(-1)?.layers.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expectWhole(at.store, pushed.layers);
    const details = await describeImage(at.store.parts, name);
    for (const { mediaType } of details.layers) expect(mediaType).toContain(compression);
    expect((await at.store.pull(name)).at(-1)?.status).toBe(`Image is up to date for ${name}`);
    await removeImage(at.store.parts, name, { force: false });
    await emptyTrash(at.store.parts.trash);
    expect(await at.store.contents()).toEqual({ blobs: [], layers: [], halfDone: [] });
  });

  test('a tag that somebody moved leads to the new image', async () => {
    const name = `${registry.host}/team/moving:1`;
    await using at = await freshStore();
    await copy(`docker-archive:${dir}/docker.tar`, `docker://${name}`);
    await at.store.pull(name);
    const second = await makeImage([[{ name: 'second', body: '2' }]]);
    await writeFile(join(dir, 'second.tar'), await dockerArchive({ image: second, names: [] }));
    await copy(`docker-archive:${dir}/second.tar`, `docker://${name}`);
    const told = await at.store.pull(name);
    expect(told.at(-1)?.status).toBe(`Downloaded newer image for ${name}`);
    const images = listImages(at.store.parts);
    expect(images.map(({ RepoTags, lastTag }) => RepoTags[0] ?? `was ${lastTag}`).toSorted()).toEqual([
      name,
      `was ${name}`,
    ]);
  });

  test("a tag and a repository that aren't there are missed in the words that Docker uses", async () => {
    await copy(`docker-archive:${dir}/docker.tar`, `docker://${registry.host}/team/app:1`);
    await using at = await freshStore();
    await expect(at.store.pull(`${registry.host}/team/app:none`)).rejects.toThrow('manifest unknown');
    await expect(at.store.pull(`${registry.host}/team/none:1`)).rejects.toThrow(/not found/);
  });

  test.each([
    ['docker-archive', 'oci-archive:oci.tar'],
    ['oci-archive', 'docker-archive:docker.tar'],
  ])('a %s of its making is loaded', async (kind, source) => {
    const path = join(dir, `${kind}-again.tar`);
    await copy(source.replace(':', `:${dir}/`), `${kind}:${path}:team/app:1`);
    await using at = await freshStore();
    const told = await at.store.load(createReadStream(path));
    expectWhole(at.store, image.layers);
    expect(told.at(-1)?.loaded).toHaveLength(1);
    await run('gzip', [path]);
    await using other = await freshStore();
    await other.store.load(createReadStream(`${path}.gz`));
    expectWhole(other.store, image.layers);
  });
});
