import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { makeOddTree } from '#engine/testing/odd-tree.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';
import { treeHash } from '#engine/testing/tree-hash.ts';

const run = promisify(execFile);

describeWith(['root', 'launcher', 'busybox'], 'estrato volume', () => {
  let engine: TestEngine;
  let estrato: EstratoCli;
  let dir: TemporaryDirectory;
  beforeAll(async () => {
    engine = await startTestEngine();
    estrato = new EstratoCli(engine);
    dir = await temporaryDirectory('volume-cli');
  });
  afterEach(async () => {
    await engine.call('volumes.prune', { all: true });
    await engine.call('trash.empty', {});
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    await dir[Symbol.asyncDispose]();
  });

  const data = (name: string): string => join(engine.dataRoot, 'volumes', name, '_data');
  const volumes = async (): Promise<string[]> => (await readdir(join(engine.dataRoot, 'volumes'))).toSorted();

  /** What a tar keeps: whole seconds, and no holes. */
  const make = async (name: string): Promise<string> => {
    await engine.call('volumes.create', { name });
    await makeOddTree(data(name));
    await run('bash', ['-ec', 'rm sparse; find . -exec touch -h -d @1000000000 {} +'], { cwd: data(name) });
    return treeHash(data(name));
  };

  test('what is exported is imported the same, through a file, a pipe and plain HTTP', async () => {
    const before = await make('data');
    const file = join(dir.path, 'data.tar');
    await estrato.text('volume', 'export', 'data', file);
    expect(await estrato.text('volume', 'import', 'by-file', file)).toBe('by-file');
    expect(await treeHash(data('by-file'))).toBe(before);

    const compressed = gzipSync(await readFile(file));
    expect(await estrato.run(['volume', 'import', 'by-pipe'], compressed)).toMatchObject({ code: 0 });
    expect(await treeHash(data('by-pipe'))).toBe(before);

    const path = '/estrato/v1/volumes/by-http/tar';
    expect((await engine.ask(path, { method: 'PUT', body: await readFile(file) })).status).toBe(201);
    expect(await treeHash(data('by-http'))).toBe(before);
    const { body, status } = await engine.ask('/estrato/v1/volumes/none/tar');
    expect([status, body]).toEqual([404, '{"message":"get none: no such volume"}']);
  });

  test('GNU tar reads an export, and an export of a save point is of that moment', async () => {
    await make('data');
    await estrato.text('volume', 'save', 'data', 'then');
    await writeFile(join(data('data'), 'later'), 'later');
    const [now, then] = [join(dir.path, 'now.tar'), join(dir.path, 'then.tar')];
    await estrato.text('volume', 'export', 'data', now);
    await estrato.text('volume', 'export', 'data', then, '--point', 'then');
    const names = async (tar: string): Promise<string> => (await run('tar', ['-tf', tar])).stdout;
    expect(await names(now)).toContain('later');
    expect(await names(then)).not.toContain('later');
    expect((await run('tar', ['-tvf', then, './'])).stdout).toMatch(/^drwxrwxrwt 12\/13 .* \.\/$/m);
  });

  test('an archive that is damaged, cut off or hostile leaves no volume', async () => {
    await make('data');
    const file = join(dir.path, 'whole.tar');
    await estrato.text('volume', 'export', 'data', file);
    const whole = await readFile(file);
    const climbing = join(dir.path, 'climbing.tar');
    await writeFile(join(dir.path, 'escaped'), 'x');
    await run('tar', ['-cPf', climbing, '--transform', 's,^.*escaped,../../../escaped,', join(dir.path, 'escaped')]);
    const before = await volumes();
    for (const archive of [
      whole.subarray(0, whole.length / 2),
      Buffer.from('nonsense'.repeat(200)),
      await readFile(climbing),
    ]) {
      const { code, stderr } = await estrato.run(['volume', 'import', 'new'], archive);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^estrato: .+\n$/);
    }
    expect(await volumes()).toEqual(before);
    expect((await estrato.run(['volume', 'import', 'data', file])).stderr).toContain('There is a volume data already');
  });

  test('save points are made, compared, restored and forgotten', async () => {
    await estrato.text('volume', 'create', 'data');
    await writeFile(join(data('data'), 'file'), 'one');
    expect(await estrato.text('volume', 'save', 'data', 'first', '--note', 'before the change')).toMatch(
      /^[0-9a-f]{16} first$/,
    );
    await writeFile(join(data('data'), 'file'), 'three');
    await writeFile(join(data('data'), 'new'), 'x');
    expect(await estrato.text('volume', 'compare', 'data', 'first')).toBe(
      'C file\nA new\n1 added, 1 changed, 0 touched, 0 removed, +3B',
    );
    expect(await estrato.text('volume', 'restore', 'data', 'first')).toMatch(/before first$/);
    expect(await readFile(join(data('data'), 'file'), 'utf8')).toBe('one');
    expect(await estrato.text('volume', 'points', 'data')).toMatch(/before first.*\n.* first .* before the change$/);
    expect(await estrato.text('volume', 'clone', 'data', 'other', '--point', 'before first')).toBe('other');
    expect(await readFile(join(data('other'), 'file'), 'utf8')).toBe('three');
    await estrato.text('volume', 'forget', 'data', 'first');
    expect((await estrato.run(['volume', 'restore', 'data', 'first'])).stderr).toMatch(/has no save point first/);
    expect(await estrato.text('volume', 'ls')).toMatch(/local +data +just now\nlocal +other +just now/);
    expect(await estrato.text('volume', 'rm', 'other', 'data')).toBe('other\ndata');
  });
});
