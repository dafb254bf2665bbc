import type { Migration } from '#engine/metadata/migration.ts';

export const networksMigration: Migration = {
  name: 'networks',
  sql: `
    CREATE TABLE networks (
      id TEXT PRIMARY KEY,               -- 64 hex digits
      name TEXT NOT NULL UNIQUE,
      created_at INTEGER NOT NULL,       -- unix milliseconds
      config TEXT NOT NULL               -- JSON, NetworkConfig
    ) STRICT, WITHOUT ROWID;

    -- A container's place in a network, for as long as it runs: nobody else has its addresses meanwhile.
    CREATE TABLE endpoints (
      id TEXT PRIMARY KEY,               -- 64 hex digits
      network_id TEXT NOT NULL REFERENCES networks (id),
      container_id TEXT NOT NULL REFERENCES containers (id) ON DELETE CASCADE,
      ipv4 TEXT,
      ipv6 TEXT,
      details TEXT NOT NULL,             -- JSON, EndpointDetails
      UNIQUE (container_id, network_id),
      UNIQUE (network_id, ipv4),
      UNIQUE (network_id, ipv6)
    ) STRICT, WITHOUT ROWID;
  `,
};
