import type { Migration } from '#engine/metadata/migration.ts';

export const briefPausesMigration: Migration = {
  name: 'brief-pauses',
  sql: `
    -- Containers that the engine holds while something is done to what they use; nobody asked for them to be paused.
    CREATE TABLE brief_pauses (
      container_id TEXT PRIMARY KEY REFERENCES containers (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
  `,
};
