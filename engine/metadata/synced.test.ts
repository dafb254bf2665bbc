import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { openDatabase } from './database.ts';
import { relaxed } from './relaxed.ts';
import { synced } from './synced.ts';

test('those who ask at once share a wait, and who asks while it is under way gets the next one', async () => {
  await using dir = await temporaryDirectory('synced');
  const database = openDatabase(join(dir.path, 'estrato.db'));
  relaxed(database, () => database.exec("INSERT INTO tag_history (name, cause, at) VALUES ('x', 'tag', 1)"));
  const first = synced(database);
  expect(synced(database)).toBe(first);
  await setImmediate();
  const second = synced(database);
  expect(second).not.toBe(first);
  expect(synced(database)).toBe(second);
  await Promise.all([first, second]);
  database.close();
});

test('a wait that fails says so, and the next one is a wait of its own', async () => {
  await using dir = await temporaryDirectory('synced');
  const database = openDatabase(join(dir.path, 'estrato.db'));
  const failing = synced(database);
  database.close();
  await expect(failing).rejects.toThrow();
  await expect(synced(database)).rejects.toThrow();
});

test('a database in memory has nothing to wait for', async () => {
  const database = openDatabase(':memory:');
  await expect(synced(database)).resolves.toBeUndefined();
  database.close();
});
