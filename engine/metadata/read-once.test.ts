import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { openDatabase, transaction } from './database.ts';
import { ReadOnce } from './read-once.ts';

test('what is asked for often is read again only after something was written', async () => {
  await using dir = await temporaryDirectory('read-once');
  const database = openDatabase(join(dir.path, 'estrato.db'));
  let reads = 0;
  const names = new ReadOnce((open) => {
    reads += 1;
    return open.prepare('SELECT name FROM tag_history').all().length;
  });
  const write = database.prepare("INSERT INTO tag_history (name, cause, at) VALUES ('x', 'tag', 1)");
  expect([names.of(database), names.of(database), reads]).toEqual([0, 0, 1]);
  write.run();
  expect([names.of(database), names.of(database), reads]).toEqual([1, 1, 2]);
  expect(() =>
    transaction(database, () => {
      write.run();
      expect(names.of(database)).toBe(2);
      throw new Error('undone');
    }),
  ).toThrow('undone');
  expect(names.of(database)).toBe(1);
  database.exec("UPDATE tag_history SET name = 'y'");
  expect(names.of(database)).toBe(1);
  database.exec('DELETE FROM tag_history');
  expect(names.of(database)).toBe(0);
  database.close();
});
