import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { openDatabase, transaction } from './database.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'estrato-database-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

const first = { name: 'first', sql: 'CREATE TABLE a (x INTEGER NOT NULL) STRICT;' };
const second = { name: 'second', sql: 'ALTER TABLE a ADD COLUMN y TEXT; UPDATE a SET y = x;' };
const broken = { name: 'broken', sql: 'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);' };

test('opens twice with what was written', () => {
  const path = join(dir, 'estrato.db');
  let database = openDatabase(path);
  database.exec("INSERT INTO tag_history (name, cause, at) VALUES ('x', 'tag', 1)");
  database.close();
  database = openDatabase(path);
  expect(database.prepare('SELECT name FROM tag_history').all()).toEqual([{ name: 'x' }]);
  database.close();
});

test('migrates an older schema and keeps a copy from before', async () => {
  const path = join(dir, 'estrato.db');
  const old = openDatabase(path, [first]);
  old.exec('INSERT INTO a VALUES (7)');
  old.close();

  const database = openDatabase(path, [first, second]);
  expect(database.prepare('SELECT x, y FROM a').all()).toEqual([{ x: 7, y: '7' }]);
  database.close();

  expect(await readdir(dir)).toContain('estrato.db.before-2');
  const backup = openDatabase(join(dir, 'estrato.db.before-2'), [first]);
  expect(backup.prepare('SELECT * FROM a').all()).toEqual([{ x: 7 }]);
  backup.close();
});

test('a step that fails leaves the schema as it was', () => {
  const path = join(dir, 'estrato.db');
  openDatabase(path, [first]).close();
  expect(() => openDatabase(path, [first, broken])).toThrow(/"broken".*left as it was/);
  const database = openDatabase(path, [first]);
  expect(database.prepare("SELECT name FROM sqlite_master WHERE name = 'b'").all()).toEqual([]);
  database.close();
});

test('refuses what a newer engine wrote', () => {
  const path = join(dir, 'estrato.db');
  openDatabase(path, [first, second]).close();
  expect(() => openDatabase(path, [first])).toThrow(expect.objectContaining({ code: 'unsupported' }));
});

test('refuses a file that is not a database', async () => {
  const path = join(dir, 'estrato.db');
  await writeFile(path, 'this is not a database, whatever its name may say\n'.repeat(50));
  expect(() => openDatabase(path)).toThrow(expect.objectContaining({ code: 'corrupt' }));
});

test('a transaction is all or nothing', () => {
  const database = openDatabase(join(dir, 'estrato.db'), [first]);
  expect(() =>
    transaction(database, () => {
      database.exec('INSERT INTO a VALUES (1)');
      throw new Error('half-way');
    }),
  ).toThrow('half-way');
  transaction(database, () => {
    database.exec('INSERT INTO a VALUES (2)');
  });
  expect(database.prepare('SELECT x FROM a').all()).toEqual([{ x: 2 }]);
  database.close();
});
