import type { Migration } from '#engine/metadata/migration.ts';

export const trashMigration: Migration = {
  name: 'trash',
  sql: `
    -- What was removed and can come back. Its files are in the data root: trash/ID/….
    CREATE TABLE trash (
      id TEXT PRIMARY KEY,               -- 64 hex digits; of a container its own
      kind TEXT NOT NULL,                -- container, volume
      name TEXT NOT NULL,
      cause TEXT NOT NULL,               -- removed, ended, pruned
      removed_at INTEGER NOT NULL,       -- unix milliseconds
      owner TEXT,                        -- the entry that it came with, comes back with and goes with
      image_id TEXT REFERENCES images (id),
      pieces TEXT NOT NULL,              -- JSON: where each directory was, from the data root, and its name in the trash
      record TEXT NOT NULL,              -- JSON: what its folder makes it from again
      phase TEXT NOT NULL,               -- coming, here, returning
      bytes INTEGER                      -- NULL until it is known to be on the disk, and measured
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX trash_by_owner ON trash (owner);
    CREATE INDEX trash_by_image ON trash (image_id);

    CREATE TABLE trash_settings (
      name TEXT PRIMARY KEY,             -- maxAgeSeconds, maxBytes
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
