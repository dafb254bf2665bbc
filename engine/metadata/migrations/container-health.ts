import type { Migration } from '#engine/metadata/migration.ts';

export const containerHealthMigration: Migration = {
  name: 'container-health',
  sql: `
    CREATE TABLE container_health (
      container_id TEXT PRIMARY KEY REFERENCES containers (id) ON DELETE CASCADE,
      health TEXT NOT NULL               -- JSON, Health
    ) STRICT, WITHOUT ROWID;
  `,
};
