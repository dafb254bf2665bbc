import { mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { isCommandFresh, isFresh, stamp } from './fresh-build.mjs';

/** A checkout with one source and what was built of it. */
async function checkout(top: string): Promise<{ source: string; parts: string }> {
  const parts = join(top, 'dist/app/engine/cli');
  await mkdir(join(top, 'engine/cli'), { recursive: true });
  await mkdir(parts, { recursive: true });
  const source = join(top, 'engine/cli/main.ts');
  await writeFile(source, 'one');
  await writeFile(join(top, 'package.json'), '{}');
  return { source, parts };
}

test('a build is fresh from its stamp on until a source is saved, is added or goes', async () => {
  await using dir = await temporaryDirectory('fresh-build');
  const { source } = await checkout(dir.path);
  expect(isFresh(dir.path, 'engine')).toBe(false);
  const changes = [
    () => writeFile(source, 'another'),
    () => writeFile(`${source}.ts`, 'one more'),
    () => rm(`${source}.ts`),
    () => rm(join(dir.path, 'dist/app/engine'), { recursive: true }),
  ];
  for (const change of changes) {
    stamp(dir.path, 'engine');
    expect(isFresh(dir.path, 'engine')).toBe(true);
    await change();
    expect(isFresh(dir.path, 'engine')).toBe(false);
  }
});

test('tests and C are nothing that it is built of', async () => {
  await using dir = await temporaryDirectory('fresh-build');
  const { source } = await checkout(dir.path);
  stamp(dir.path, 'engine');
  await writeFile(source.replace('.ts', '.test.ts'), 'a test');
  await writeFile(source.replace('.ts', '.c'), 'some C');
  expect(isFresh(dir.path, 'engine')).toBe(true);
});

test('a command that only asks an engine is fresh while the engine is not', async () => {
  await using dir = await temporaryDirectory('fresh-build');
  const { source } = await checkout(dir.path);
  const engine = join(dir.path, 'engine/build/build-image.ts');
  await mkdir(join(engine, '..'));
  await writeFile(engine, 'one');
  stamp(dir.path, 'engine');
  await writeFile(engine, 'another');
  expect([isFresh(dir.path, 'engine'), isCommandFresh(dir.path)]).toEqual([false, true]);
  await writeFile(source, 'another');
  expect(isCommandFresh(dir.path)).toBe(false);
});

test('what a package has beside its engine is linked, and parts that no engine can run any more go', async () => {
  await using dir = await temporaryDirectory('fresh-build');
  const { parts } = await checkout(dir.path);
  await mkdir(join(dir.path, 'assets'));
  await writeFile(join(dir.path, 'assets/seccomp-default.json'), 'profile');
  await symlink('/nowhere', join(dir.path, 'dist/app/assets'));
  await writeFile(join(parts, 'old.js'), '');
  await utimes(join(parts, 'old.js'), 0, 0);
  await writeFile(join(parts, 'recent.js'), 'runs');
  await mkdir(join(dir.path, 'dist/app/compiled/v24'), { recursive: true });
  stamp(dir.path, 'engine');
  expect(await readFile(join(dir.path, 'dist/app/assets/seccomp-default.json'), 'utf8')).toBe('profile');
  expect(await readFile(join(parts, 'recent.js'), 'utf8')).toBe('runs');
  await expect(readdir(join(dir.path, 'dist/app/compiled'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(readFile(join(parts, 'old.js'))).rejects.toMatchObject({ code: 'ENOENT' });
});
