import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { openDatabase, type Database } from '#engine/metadata/database.ts';

import { keepBuildBudget } from './prune-builds.ts';

function keysIn(database: Database): readonly unknown[] {
  return database
    .prepare('SELECT key FROM build_steps ORDER BY key')
    .all()
    .map(({ key }) => key);
}

test('what was used longest ago goes first, once there is more than the budget', async () => {
  await using dir = await temporaryDirectory('builds');
  const database = openDatabase(join(dir.path, 'estrato.db'));
  const insert = database.prepare(
    'INSERT INTO build_steps (key, diff_id, blob_digest, blob_size, media_type, made_at, used_at, duration_ms) VALUES (?, NULL, NULL, ?, NULL, 0, ?, 0)',
  );
  insert.run('old', 40, 1);
  insert.run('new', 40, 3);
  insert.run('middle', 40, 2);
  insert.run('empty', null, 4);
  keepBuildBudget(database, 120);
  expect(keysIn(database)).toEqual(['empty', 'middle', 'new', 'old']);
  keepBuildBudget(database, 100);
  expect(keysIn(database)).toEqual(['empty', 'middle', 'new']);
  keepBuildBudget(database, 0);
  expect(keysIn(database)).toEqual(['empty']);
  database.close();
});
