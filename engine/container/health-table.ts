import { z } from 'zod';

import type { Database } from '#engine/metadata/database.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';

import { health, type Health } from './health.ts';

const storedHealth = z.object({ container_id: z.string(), health: z.string() });

/**
 * How containers are that are asked: a value each, replaced by each answer, and found again by the next engine. Nobody
 * waits for the disk over it: no machine that lost its power still runs a container.
 */
export class HealthTable {
  readonly #database: Database;
  readonly #known = new Map<string, Health>();

  constructor(database: Database) {
    this.#database = database;
    for (const row of database.prepare('SELECT container_id, health FROM container_health').all()) {
      const stored = storedHealth.parse(row);
      this.#known.set(stored.container_id, health.parse(JSON.parse(stored.health)));
    }
  }

  /** Undefined of one that nobody has asked yet. */
  get(id: string): Health | undefined {
    return this.#known.get(id);
  }

  set(id: string, now: Health): void {
    relaxed(this.#database, () => {
      this.#database
        .prepare('INSERT OR REPLACE INTO container_health (container_id, health) VALUES (?, ?)')
        .run(id, JSON.stringify(now));
    });
    this.#known.set(id, now);
  }

  /** The row goes with its container's. */
  forget(id: string): void {
    this.#known.delete(id);
  }
}
