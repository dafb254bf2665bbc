import type { Migration } from '#engine/metadata/migration.ts';

export const transfersMigration: Migration = {
  name: 'transfers',
  sql: `
    -- Pulls and pushes that were begun and are neither done nor given up: the next engine offers to go on with them.
    CREATE TABLE transfers (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,                -- pull, push
      params TEXT NOT NULL,              -- JSON, as the method was asked; never a credential
      started_at INTEGER NOT NULL        -- unix milliseconds
    ) STRICT, WITHOUT ROWID;
  `,
};
