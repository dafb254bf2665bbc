import type { Migration } from '#engine/metadata/migration.ts';

export const logSettingsMigration: Migration = {
  name: 'log-settings',
  sql: `
    -- What was chosen of the contract's logSettings, by its name there.
    CREATE TABLE log_settings (
      name TEXT PRIMARY KEY,
      value INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
