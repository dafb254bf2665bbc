import type { Migration } from '#engine/metadata/migration.ts';

export const stepEnvironmentsMigration: Migration = {
  name: 'step-environments',
  sql: `
    -- What steps of builds stood on, so that a shell can stand there later. They go with their build's record.
    CREATE TABLE step_environments (
      build TEXT NOT NULL,
      step INTEGER NOT NULL,
      side TEXT NOT NULL,                -- before, or after: of a stage's last step and of one that failed
      environment TEXT NOT NULL,         -- JSON, StepEnvironment
      PRIMARY KEY (build, step, side)
    ) STRICT, WITHOUT ROWID;
  `,
};
