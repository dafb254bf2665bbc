import type { Migration } from '#engine/metadata/migration.ts';

export const usualRuntimeMigration: Migration = {
  name: 'usual-runtime',
  sql: `
    -- What makes the containers that ask for no other, where somebody has chosen.
    CREATE TABLE usual_runtime (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      name TEXT NOT NULL
    ) STRICT;
  `,
};
