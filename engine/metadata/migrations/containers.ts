import type { Migration } from '#engine/metadata/migration.ts';

export const containersMigration: Migration = {
  name: 'containers',
  sql: `
    -- A container being created is not here yet: its snapshot and directory are worth nothing without the engine.
    CREATE TABLE containers (
      id TEXT PRIMARY KEY,               -- 64 hex digits
      name TEXT NOT NULL UNIQUE,         -- without the leading slash
      image_id TEXT NOT NULL REFERENCES images (id),
      created_at INTEGER NOT NULL,       -- unix milliseconds
      config TEXT NOT NULL,              -- JSON, ContainerConfig
      state TEXT NOT NULL                -- JSON, ContainerState as last known
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX containers_by_image ON containers (image_id);

    -- Only what a new engine needs to show a session it finds in a shim; how one ended is the shim's to say.
    CREATE TABLE execs (
      id TEXT PRIMARY KEY,               -- 64 hex digits
      container_id TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
      started_at INTEGER NOT NULL,       -- unix milliseconds
      config TEXT NOT NULL               -- JSON, ExecConfig
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX execs_by_container ON execs (container_id);
  `,
};
