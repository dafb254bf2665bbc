import type { Migration } from '#engine/metadata/migration.ts';

export const pushesMigration: Migration = {
  name: 'pushes',
  sql: `
    -- What a layer that is kept uncompressed was called when it was sent: the next push asks for that instead of
    -- compressing it again.
    CREATE TABLE compressed_layers (
      diff_id TEXT NOT NULL,
      compression TEXT NOT NULL,         -- gzip, zstd
      digest TEXT NOT NULL,
      size INTEGER NOT NULL,             -- bytes
      PRIMARY KEY (diff_id, compression)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX compressed_layers_by_digest ON compressed_layers (digest);

    -- What was ever pulled or pushed here, also after its image has gone: a tag there that leads to anything else is
    -- somebody else's.
    CREATE TABLE seen_manifests (
      repository TEXT NOT NULL,          -- canonical, without tag
      digest TEXT NOT NULL,
      PRIMARY KEY (repository, digest)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO seen_manifests SELECT DISTINCT repository, digest FROM repo_digests;
  `,
};
