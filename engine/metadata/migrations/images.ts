import type { Migration } from '#engine/metadata/migration.ts';

export const imagesMigration: Migration = {
  name: 'images',
  sql: `
    -- One row per config digest. The documents themselves are blobs; these columns are what lists are made of.
    CREATE TABLE images (
      id TEXT PRIMARY KEY,
      manifest_digest TEXT,
      created_at INTEGER NOT NULL,       -- unix seconds, from the config
      added_at INTEGER NOT NULL,         -- unix milliseconds, when it first came here
      os TEXT NOT NULL,
      architecture TEXT NOT NULL,
      variant TEXT,
      labels TEXT NOT NULL,              -- JSON object
      size INTEGER NOT NULL,             -- bytes of all layers, uncompressed
      origin_kind TEXT NOT NULL,
      origin_from TEXT NOT NULL,
      removed_at INTEGER                 -- set while only containers still hold it: no longer listed, not yet collected
    ) STRICT;

    CREATE TABLE image_layers (
      image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,         -- base = 0
      diff_id TEXT NOT NULL,
      chain_id TEXT NOT NULL,
      blob_digest TEXT NOT NULL,         -- as this image's manifest has it; the same layer may have others elsewhere
      blob_size INTEGER NOT NULL,
      media_type TEXT NOT NULL,
      size INTEGER NOT NULL,
      entry_count INTEGER NOT NULL,
      PRIMARY KEY (image_id, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX image_layers_by_diff_id ON image_layers (diff_id);
    CREATE INDEX image_layers_by_blob ON image_layers (blob_digest);

    -- Names are canonical: docker.io/library/redis:4.0.6.
    CREATE TABLE tags (
      name TEXT PRIMARY KEY,
      image_id TEXT NOT NULL REFERENCES images (id),
      updated_at INTEGER NOT NULL        -- unix milliseconds
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tags_by_image ON tags (image_id);

    -- Every move of a tag, for ever: images may go, what a tag once meant stays known.
    CREATE TABLE tag_history (
      sequence INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      from_image_id TEXT,                -- NULL when the tag is new
      to_image_id TEXT,                  -- NULL when it was taken away
      cause TEXT NOT NULL,               -- pull, load, tag, untag, remove, bootstrap, build, commit, import
      at INTEGER NOT NULL                -- unix milliseconds
    ) STRICT;
    CREATE INDEX tag_history_by_name ON tag_history (name, sequence);
    CREATE INDEX tag_history_by_origin ON tag_history (from_image_id, sequence);

    -- What registries call an image: repository (canonical, without tag) and the digest it was asked or answered by.
    CREATE TABLE repo_digests (
      repository TEXT NOT NULL,
      digest TEXT NOT NULL,
      image_id TEXT NOT NULL REFERENCES images (id) ON DELETE CASCADE,
      PRIMARY KEY (repository, digest, image_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX repo_digests_by_image ON repo_digests (image_id);
  `,
};
