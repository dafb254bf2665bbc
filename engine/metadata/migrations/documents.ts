import type { Migration } from '#engine/metadata/migration.ts';

export const documentsMigration: Migration = {
  name: 'documents',
  sql: `
    -- Manifests of this store that are no image: indexes, and what is about an image, such as a signature.
    CREATE TABLE documents (
      repository TEXT NOT NULL,          -- canonical, without tag
      digest TEXT NOT NULL,
      subject TEXT,                      -- the manifest that it is about
      PRIMARY KEY (repository, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX documents_by_digest ON documents (digest);

    -- What a document names and nothing else may keep here: its blobs, or the manifests that an index lists.
    CREATE TABLE document_parts (
      document TEXT NOT NULL,
      digest TEXT NOT NULL,
      PRIMARY KEY (document, digest)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX document_parts_by_digest ON document_parts (digest);

    -- A tag means its document for as long as it leads to the same image, or to none, as when the document came.
    CREATE TABLE document_tags (
      name TEXT PRIMARY KEY,             -- canonical
      digest TEXT NOT NULL,
      image_id TEXT
    ) STRICT, WITHOUT ROWID;
  `,
};
