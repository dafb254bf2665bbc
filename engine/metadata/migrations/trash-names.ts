import type { Migration } from '#engine/metadata/migration.ts';

export const trashNamesMigration: Migration = {
  name: 'trash-names',
  sql: `
    -- A removal asks whether it was begun before.
    CREATE INDEX trash_by_name ON trash (name);
  `,
};
