import type { Migration } from '#engine/metadata/migration.ts';

export const buildsMigration: Migration = {
  name: 'builds',
  sql: `
    -- What steps of builds have made, by a digest of everything that went into them.
    CREATE TABLE build_steps (
      key TEXT PRIMARY KEY,
      diff_id TEXT,                      -- absent where nothing was changed
      blob_digest TEXT,
      blob_size INTEGER,
      media_type TEXT,
      made_at INTEGER NOT NULL,          -- unix milliseconds
      used_at INTEGER NOT NULL,
      duration_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX build_steps_by_layer ON build_steps (diff_id);
    CREATE INDEX build_steps_by_blob ON build_steps (blob_digest);

    CREATE TABLE builds (
      id TEXT PRIMARY KEY,
      project TEXT NOT NULL,
      started_at INTEGER NOT NULL,       -- unix milliseconds
      record TEXT NOT NULL               -- JSON, BuildRecord
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX builds_by_project ON builds (project, started_at);

    -- What went into each step of a project's last build, field by field, to be compared with the next one's.
    CREATE TABLE build_inputs (
      project TEXT NOT NULL,
      stage TEXT NOT NULL,
      position INTEGER NOT NULL,         -- in its stage
      text TEXT NOT NULL,
      inputs TEXT NOT NULL,              -- JSON, StepInputs
      PRIMARY KEY (project, stage, position)
    ) STRICT, WITHOUT ROWID;

    -- Digests of files in folders that were built from; a stamp says whether the file is still the same.
    CREATE TABLE known_digests (
      path TEXT PRIMARY KEY,
      stamp TEXT NOT NULL,
      digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
