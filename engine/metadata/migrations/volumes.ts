import type { Migration } from '#engine/metadata/migration.ts';

export const volumesMigration: Migration = {
  name: 'volumes',
  sql: `
    -- What is in a volume is in the data root: volumes/NAME/_data.
    CREATE TABLE volumes (
      name TEXT PRIMARY KEY,
      created_at INTEGER NOT NULL,       -- unix milliseconds
      labels TEXT NOT NULL,              -- JSON object
      options TEXT NOT NULL,             -- JSON object: type, o, device
      made_for TEXT,                     -- id of the container being created: without it the volume is worth nothing
      removing INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
  `,
};
