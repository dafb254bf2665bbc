import type { Migration } from '#engine/metadata/migration.ts';

export const storedBytesMigration: Migration = {
  name: 'stored-bytes',
  sql: `
    -- What each blob and layer takes on the disk, so that nobody has to look: written after it has come, gone with it.
    CREATE TABLE stored_bytes (
      kind TEXT NOT NULL,                -- blob, layer: an uncompressed layer's two have one digest
      digest TEXT NOT NULL,              -- of a layer its diff id
      bytes INTEGER NOT NULL,            -- as du(1) counts
      source_blob TEXT,                  -- of a layer: the blob it was made from
      verified_at INTEGER,               -- unix milliseconds of when it was last found to be what it is called
      PRIMARY KEY (kind, digest)
    ) STRICT, WITHOUT ROWID;
  `,
};
