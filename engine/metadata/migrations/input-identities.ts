import type { Migration } from '#engine/metadata/migration.ts';

export const inputIdentitiesMigration: Migration = {
  name: 'input-identities',
  sql: `
    -- The same for the same inputs, so that those of steps that are as they were are neither read nor written.
    ALTER TABLE build_inputs ADD COLUMN identity TEXT;
  `,
};
