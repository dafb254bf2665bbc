import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

import type { FoundPackage } from './found-package.ts';
import { rpmPackage } from './rpm-header.ts';

/**
 * What a database of rpm's in SQLite has (rpm 4.16 and newer), header by header.
 *
 * It comes from an image: it is opened as a file that never changes, so that neither a journal beside it is looked for nor anything
 * written, and only a table is read, never a view, which could go on for ever.
 *
 * @param path a copy that is nobody else's. @throws Error what SQLite says of a damaged one.
 */
export function* rpmPackages(path: string): Generator<FoundPackage> {
  const place = pathToFileURL(path);
  place.searchParams.set('immutable', '1');
  using database = new DatabaseSync(place, { readOnly: true, allowExtension: false });
  database.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0');
  const table = database
    .prepare("SELECT type FROM sqlite_schema WHERE name = 'Packages' AND sql NOT LIKE '%VIRTUAL%'")
    .get();
  if (table?.['type'] !== 'table') throw new Error('there is no table of packages in it');
  for (const { blob } of database.prepare('SELECT blob FROM main.Packages').iterate()) {
    const found = blob instanceof Uint8Array ? rpmPackage(blob) : undefined;
    if (found !== undefined) yield found;
  }
}
