import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { saveDockerfile } from './save-dockerfile.ts';

const TEXT = 'FROM scratch\n';

async function openFolder(): Promise<{ readonly folder: string; readonly outside: string }> {
  const made = await temporaryDirectory('save');
  onTestFinished(() => made[Symbol.asyncDispose]());
  const [folder, outside] = [join(made.path, 'app'), join(made.path, 'outside')];
  await mkdir(folder);
  await mkdir(outside);
  return { folder, outside };
}

test('a new Dockerfile is there whole, and nothing else', async () => {
  const { folder } = await openFolder();
  await mkdir(join(folder, 'docker'));
  await saveDockerfile({ folder, file: '', dockerfile: TEXT, known: undefined });
  await saveDockerfile({ folder, file: 'docker/dev', dockerfile: TEXT, known: undefined });
  expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe(TEXT);
  expect(await readdir(folder, { recursive: true })).toEqual(['Dockerfile', 'docker', 'docker/dev']);
});

test('what was read is replaced and keeps its mode', async () => {
  const { folder } = await openFolder();
  await writeFile(join(folder, 'Dockerfile'), 'FROM é\n');
  await chmod(join(folder, 'Dockerfile'), 0o660);
  await saveDockerfile({ folder, file: 'Dockerfile', dockerfile: TEXT, known: 'FROM é\n' });
  expect(await readFile(join(folder, 'Dockerfile'), 'utf8')).toBe(TEXT);
  expect((await stat(join(folder, 'Dockerfile'))).mode & 0o7777).toBe(0o660);
});

test.each([
  ['other content of the same length', 'FROM scratcj\n', TEXT],
  ['other content', 'FROM other\n', TEXT],
  ['a file where there was none', TEXT, undefined],
  ['no file where there was one', undefined, TEXT],
])('%s is not overwritten', async (_, there, known) => {
  const { folder } = await openFolder();
  const path = join(folder, 'Dockerfile');
  if (there !== undefined) await writeFile(path, there);
  const saving = saveDockerfile({ folder, file: '', dockerfile: 'FROM mine\n', known });
  await expect(saving).rejects.toMatchObject({ code: 'conflict' });
  expect(await readdir(folder)).toEqual(there === undefined ? [] : ['Dockerfile']);
  if (there !== undefined) expect(await readFile(path, 'utf8')).toBe(there);
});

test.each(['../outside/Dockerfile', 'away/Dockerfile', 'file', '.', '/etc/estrato-nothing', 'none/Dockerfile'])(
  'nothing outside is written by way of %s',
  async (file) => {
    const { folder, outside } = await openFolder();
    await symlink(outside, join(folder, 'away'));
    await symlink(join(outside, 'Dockerfile'), join(folder, 'file'));
    const saving = saveDockerfile({ folder, file, dockerfile: TEXT, known: undefined });
    await expect(saving).rejects.toMatchObject({
      code: file === 'none/Dockerfile' ? 'not-found' : 'invalid-argument',
    });
    expect(await readdir(outside)).toEqual([]);
    expect((await readdir(folder)).toSorted()).toEqual(['away', 'file']);
  },
);
