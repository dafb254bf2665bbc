import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { makeDeepTree } from '#engine/testing/deep-tree.ts';

import { openDataRoot } from './data-root.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato-root-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

test('lays out its directories and can be opened again once closed', async () => {
  const path = join(dir, 'deep', 'root with a space');
  {
    await using root = await openDataRoot(path);
    expect(root.path).toBe(path);
    expect((await readdir(path)).sort()).toEqual([
      'blobs',
      'containers',
      'layers',
      'lock',
      'lock.db',
      'snapshots',
      'tmp',
      'trash',
      'volumes',
    ]);
  }
  await using again = await openDataRoot(path);
  expect(again.databasePath).toBe(join(path, 'estrato.db'));
});

test('is known by its own path where a symlink names it, as its mounts are', async () => {
  await mkdir(join(dir, 'disk'));
  await symlink('disk', join(dir, 'link'));
  await using root = await openDataRoot(join(dir, 'link', 'root'));
  expect(root.path).toBe(join(dir, 'disk', 'root'));
  expect(root.volumesDir).toBe(join(dir, 'disk', 'root', 'volumes'));
});

test('a second engine is told the pid of the first', async () => {
  await using first = await openDataRoot(dir);
  await expect(openDataRoot(first.path)).rejects.toMatchObject({
    code: 'conflict',
    message: `The data root ${dir} is in use by the engine with pid ${process.pid}; stop it or choose another --data-root.`,
  });
});

test('the lock of a killed engine is free, and its half-written files are gone', async () => {
  const program = `
    const { openDataRoot } = await import(${JSON.stringify(new URL('data-root.ts', import.meta.url).href)});
    await openDataRoot(${JSON.stringify(dir)});
    console.log('held');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  const opening = openDataRoot(dir);
  await expect(opening).rejects.toMatchObject({ code: 'conflict' });
  await expect(opening).rejects.toThrow(`pid ${child.pid};`);

  await writeFile(join(dir, 'tmp', 'half'), 'half');
  // Whatever a build or a container had it make.
  await makeDeepTree(join(dir, 'tmp', 'deep'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  await using root = await openDataRoot(dir);
  expect(await readdir(root.temporaryDir)).toEqual([]);
});

test('a file in the way is named', async () => {
  const path = join(dir, 'file');
  await writeFile(path, '');
  const opening = openDataRoot(path);
  await expect(opening).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(opening).rejects.toThrow(path);
});
