import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { DockerContextFile } from './docker-context.ts';

test('it leads where it was last made to, and is gone when it was removed', async () => {
  await using dir = await temporaryDirectory('docker-context');
  const context = new DockerContextFile('estrato', join(dir.path, 'config'));
  expect(await context.host()).toBeUndefined();
  await context.remove();
  await context.make('unix:///one.sock');
  await context.make('unix:///two.sock');
  expect(await context.host()).toBe('unix:///two.sock');
  expect(JSON.parse(await readFile(context.path, 'utf8'))).toMatchObject({ Name: 'estrato' });
  await context.remove();
  expect(await context.host()).toBeUndefined();
});

test('one that docker uses stays, and what nobody can read is none', async () => {
  await using dir = await temporaryDirectory('docker-context');
  const context = new DockerContextFile('estrato', dir.path);
  await context.make('unix:///one.sock');
  await writeFile(join(dir.path, 'config.json'), '{"currentContext":"estrato"}');
  await expect(context.remove()).rejects.toMatchObject({ code: 'conflict', message: /docker context use default/ });
  expect(await context.host()).toBe('unix:///one.sock');
  await writeFile(context.path, '{');
  expect(await context.host()).toBeUndefined();
});
