import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { comparison } from '#engine/contract/comparison.ts';
import { treeRow } from '#engine/contract/layer.ts';
import { sharedMap } from '#engine/contract/sharing.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { makeImage, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { tarOf, type TarItem } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const [OLD, NEW] = ['app:1.0', 'app:2.0'];

const base: readonly TarItem[] = [
  { name: 'etc', type: 'directory' },
  { name: 'etc/app.conf', body: 'port = 80\nname = one\n' },
  { name: 'etc/gone.conf', body: 'moved on\n' },
];
const change: readonly TarItem[] = [
  { name: 'etc/app.conf', body: 'port = 80\nname = two\n' },
  { name: 'etc/.wh.gone.conf' },
  { name: 'srv', type: 'directory' },
  { name: 'srv/came.conf', body: 'moved on\n' },
];
/** What both layers show together. */
const flat: readonly TarItem[] = [...base.slice(0, 1), ...change.filter(({ name }) => !name.includes('.wh.'))];

const expected = {
  '/etc/app.conf': 'changed',
  '/etc/gone.conf': 'removed',
  '/srv': 'added',
  '/srv/came.conf': 'added',
};

describeWith(['root', 'launcher'], 'estrato image compare', () => {
  let engine: TestEngine;
  let estrato: EstratoCli;
  let dir: TemporaryDirectory;
  let newer: ImageFixture;
  beforeAll(async () => {
    engine = await startTestEngine();
    estrato = new EstratoCli(engine);
    dir = await temporaryDirectory('compare-cli');
    const older = await makeImage([base], { config: { config: { Env: ['PATH=/bin', 'LEVEL=1'], Cmd: ['/app'] } } });
    newer = await makeImage([base, change], { config: { config: { Env: ['PATH=/bin', 'LEVEL=2'], Cmd: ['/app'] } } });
    const named = [
      { image: older, names: [OLD] },
      { image: newer, names: [NEW] },
    ];
    await engine.load(await dockerArchive(...named));
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  const answer = comparison.extend({ rows: z.array(treeRow) });
  const compared = async (...args: readonly string[]): Promise<z.infer<typeof answer>> =>
    answer.parse(JSON.parse(await estrato.text('image', 'compare', ...args, '--format', 'json')));
  const changesOf = ({ rows }: z.infer<typeof answer>): Record<string, string> =>
    Object.fromEntries(rows.map(({ path, change: kind }) => [path, kind]));

  test('two images: configuration, steps, files and content', async () => {
    const found = await compared(OLD, NEW);
    expect(changesOf(found)).toEqual(expected);
    expect(found).toMatchObject({ sharedLayers: 1, before: { bytes: 30 }, now: { bytes: 30 } });
    expect(found.content?.moved).toEqual([{ from: '/etc/gone.conf', to: '/srv/came.conf', size: 9 }]);
    const report = await estrato.text('image', 'compare', OLD, NEW);
    expect(report).toMatch(/^Configuration: 1 field of \d+ differs$/m);
    expect(report).toMatch(/^Env\.LEVEL +1 +2$/m);
    expect(report).toMatch(/^\+ +- +2 +COPY part-2 \/$/m);
    expect(report).toMatch(/^~ +-\d{4} .* \/etc\/app\.conf$/m);
    expect(await compared(NEW, NEW)).toMatchObject({ rows: [], tree: { added: 0, changed: 0, removed: 0 } });
  });

  test('one file, line by line', async () => {
    expect(await estrato.text('image', 'compare', OLD, NEW, '/etc/app.conf', '--lines')).toContain(
      '-name = one\n+name = two',
    );
    const gone = await estrato.run(['image', 'compare', OLD, NEW, '/etc/none', '--lines']);
    expect(gone.stderr).toContain(`There is no file /etc/none in ${OLD}.`);
  });

  test('a layer alone, counted from 1', async () => {
    const found = await compared(`${NEW}#1`, `${NEW}#2`);
    expect(found.before.name).toBe(`layer 1 of ${NEW}`);
    expect(found.config).toEqual([]);
    expect(changesOf(found)).toEqual(expected);
    expect((await estrato.run(['image', 'compare', OLD, `${OLD}#2`])).stderr).toContain('there is no layer 2');
  });

  test('a container as it is now', async () => {
    const created = await engine.ask('/containers/create?name=changed', {
      method: 'POST',
      body: { Image: OLD, Env: ['LEVEL=2'] },
    });
    expect(created.status).toBe(201);
    const put = await engine.ask('/containers/changed/archive?path=/', {
      method: 'PUT',
      body: await tarOf(...change.slice(2)),
    });
    expect(put.status).toBe(200);
    const found = await compared(OLD, 'container:changed');
    expect(changesOf(found)).toMatchObject({ '/srv/came.conf': 'added' });
    expect(found.config.filter(({ change: kind }) => kind !== 'unchanged')).toEqual([
      { field: 'Env.LEVEL', change: 'changed', before: '1', now: '2' },
    ]);
    expect(await estrato.text('image', 'compare', NEW, 'changed', '/srv/came.conf', '--lines')).toBe(
      'Its content was not changed.',
    );
  });

  test('who uses an image or a layer, and which images share what', async () => {
    expect(await estrato.text('image', 'used-by', OLD)).toMatch(
      /^Images\n.*\napp:2\.0 +[0-9a-f]{12} +- +here\n\nContainers\n.*\nchanged +[0-9a-f]{12} +stopped$/,
    );
    expect(await estrato.text('image', 'used-by', `${NEW}#2`)).toMatch(/^app:2\.0 +[0-9a-f]{12} +2 +here$/m);
    expect(await estrato.text('image', 'used-by', NEW)).toBe('Nothing uses it.');
    const tree = await estrato.text('images', '--shared');
    expect(tree).toMatch(/^\S+ +1 +2 +app:1\.0\n\S+ +1 +1 {2,}app:2\.0$/m);
    const json = await estrato.text('images', '--shared', '--format', 'json');
    expect(sharedMap.parse(JSON.parse(json)).segments.map(({ parent }) => parent)).toEqual([undefined, 0]);
  });

  test('archives: what docker save wrote, and tars of a root file system, compressed or not', async () => {
    const unknown = await makeImage([[...base, { name: 'only.here', body: 'x' }], change]);
    const saved = join(dir.path, 'saved.tar');
    const images = [
      { image: newer, names: [NEW] },
      { image: unknown, names: ['other:1'] },
    ];
    await writeFile(saved, await dockerArchive(...images));
    expect(changesOf(await compared(OLD, saved))).toEqual(expected);
    const other = await engine.call('inspect.compare', {
      before: { kind: 'image', image: NEW },
      now: { kind: 'archive', path: saved, image: 'other:1' },
    });
    expect(other.tree).toMatchObject({ added: 1, changed: 0, removed: 0 });
    const preview = { comparison: other.id, side: 'now' as const, path: '/only.here' };
    expect(await engine.call('inspect.comparePreview', preview)).toMatchObject({ kind: 'text', text: 'x' });

    const root = join(dir.path, 'root.tar.gz');
    await writeFile(root, gzipSync(await tarOf(...flat)));
    const found = await compared(NEW, root);
    expect(found.tree).toMatchObject({ added: 0, changed: 0, metadata: 0, removed: 0 });
    expect(await estrato.text('image', 'compare', OLD, root, '/etc/app.conf', '--lines')).toContain('+name = two');
  });

  test('what is no archive is refused in a sentence', async () => {
    const path = join(dir.path, 'nothing.tar');
    await writeFile(path, 'not a tar at all'.repeat(100));
    const wrong = await estrato.run(['image', 'compare', OLD, path]);
    expect(wrong).toMatchObject({ code: 1 });
    const missing = await estrato.run(['image', 'compare', OLD, 'archive:/none/such.tar']);
    expect(missing.stderr).toContain('There is no archive /none/such.tar');
    expect((await estrato.run(['image', 'compare', OLD, 'none:such'])).stderr).toContain(
      'There is no image, container or archive none:such here; remote:none:such is what its registry has.',
    );
    // Of what failed nothing is left.
    const kept = await readdir(join(engine.dataRoot, 'tmp'));
    expect(kept.length).toBeLessThanOrEqual(4);
  });

  test('a tag at its registry: its documents always, its files when the layers are here or are fetched', async () => {
    await using registry = await TestRegistry.start();
    registry.push('app:2.0', newer);
    registry.push('app:3.0', await makeImage([base, [{ name: 'three', body: '3' }]]));
    const here = await compared(OLD, `remote:${registry.host}/app:2.0`);
    expect(changesOf(here)).toEqual(expected);
    const away = await compared(OLD, `remote:${registry.host}/app:3.0`);
    expect(away.now.missing).toMatchObject({ layers: 1 });
    expect(away.tree).toBeUndefined();
    expect(away.steps.map(({ change: kind }) => kind)).toEqual(['unchanged', 'added']);
    expect(await estrato.text('image', 'compare', OLD, `remote:${registry.host}/app:3.0`)).toContain('1 layer (');
    const fetched = await compared(OLD, `remote:${registry.host}/app:3.0`, '--fetch');
    expect(changesOf(fetched)).toEqual({ '/three': 'added' });
    // Looked at, not stored.
    expect(await engine.call('images.list', {})).toHaveLength(2);
  });

  test('of what a killed engine had compared the next one has nothing left', async () => {
    const sides = { before: { kind: 'image', image: OLD }, now: { kind: 'image', image: NEW } } as const;
    const { id } = await engine.call('inspect.compare', sides);
    const page = { comparison: id, path: '/etc', offset: 0, limit: 1, changedOnly: true };
    expect(await engine.call('inspect.compareChildren', page)).toMatchObject({
      rows: [{ path: '/etc/app.conf', change: 'changed', layer: 1 }],
      total: 2,
    });
    expect(await readdir(join(engine.dataRoot, 'tmp'))).not.toEqual([]);
    await engine.restart('SIGKILL');
    expect(await readdir(join(engine.dataRoot, 'tmp'))).toEqual([]);
    await expect(engine.call('inspect.compareChildren', page)).rejects.toThrow(
      'Nobody has asked about this comparison for long; compare again.',
    );
  });
});
