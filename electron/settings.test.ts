import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { SettingsFile } from './settings.ts';

const window = { x: 1, y: 2, width: 800, height: 600, isMaximized: false };

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato-settings-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

test('what was changed is there at the next start', async () => {
  const path = join(dir, 'new/settings.json');
  const settings = await SettingsFile.open(path);
  await settings.change({ window });
  expect((await SettingsFile.open(path)).current).toEqual({ window });
  expect(await readdir(join(dir, 'new'))).toEqual(['settings.json']);
});

test('changes in quick succession end with the last', async () => {
  const path = join(dir, 'settings.json');
  const settings = await SettingsFile.open(path);
  await Promise.all([1, 2, 3].map((x) => settings.change({ window: { ...window, x } })));
  expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ window: { x: 3 } });
});

test('who leaves can wait for what nobody has waited for', async () => {
  const path = join(dir, 'settings.json');
  const settings = await SettingsFile.open(path);
  await settings.written();
  void settings.change({ window });
  await settings.written();
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ window });
});

test.each(['', '{"window":', '{"window":{"x":"left"}}', '[]', 'null'])(
  'settings that read %j are empty',
  async (text) => {
    const path = join(dir, 'settings.json');
    await writeFile(path, text);
    expect((await SettingsFile.open(path)).current).toEqual({});
  },
);

test('a write that fails is told, and the next one is tried', async () => {
  await writeFile(join(dir, 'file'), '');
  const settings = await SettingsFile.open(join(dir, 'file/settings.json'));
  await expect(settings.change({ window })).rejects.toThrow();
  await rm(join(dir, 'file'));
  await settings.change({ window });
});
