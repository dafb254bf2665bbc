import { z } from 'zod';

import { KeyedLock } from '#engine/async/keyed-lock.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Database } from '#engine/metadata/database.ts';

import { network, networkConfig, type Network, type NetworkConfig } from './network.ts';

const storedNetwork = z.object({ id: z.string(), name: z.string(), created_at: z.int(), config: z.string() });

/** The networks that are: read once, durable before anybody is told. */
export class NetworkTable {
  readonly #database: Database;
  readonly #networks = new Map<string, Network>();
  readonly #lock = new KeyedLock();

  constructor(database: Database) {
    this.#database = database;
    for (const row of database.prepare('SELECT id, name, created_at, config FROM networks').all()) {
      const { id, name, created_at: createdAt, config } = storedNetwork.parse(row);
      this.#networks.set(id, network.parse({ id, name, createdAt, config: networkConfig.parse(JSON.parse(config)) }));
    }
  }

  /** Oldest first. */
  list(): readonly Network[] {
    return [...this.#networks.values()].toSorted((one, other) => one.createdAt - other.createdAt);
  }

  get(id: string): Network | undefined {
    return this.#networks.get(id);
  }

  byName(name: string): Network | undefined {
    return this.#networks.values().find((candidate) => candidate.name === name);
  }

  /**
   * By id, name or unique prefix of an id, in this order.
   * @throws EngineError `not-found`, or `invalid-argument` when several ids begin so.
   */
  find(ref: string): Network {
    const exact = this.get(ref) ?? this.byName(ref);
    if (exact !== undefined) return exact;
    const found = ref === '' ? [] : this.list().filter(({ id }) => id.startsWith(ref));
    if (found.length > 1) {
      throw new EngineError(
        'invalid-argument',
        `network ${ref} is ambiguous (${found.length} matches found on ID prefix)`,
      );
    }
    const [only] = found;
    if (only === undefined) throw new EngineError('not-found', `network ${ref} not found`);
    return only;
  }

  /** Work on what all networks share, names and subnets, one piece at a time. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#lock.exclusively('', work);
  }

  insert(made: Network): void {
    const { id, name, createdAt, config } = made;
    this.#database
      .prepare('INSERT INTO networks (id, name, created_at, config) VALUES (?, ?, ?, ?)')
      .run(id, name, createdAt, JSON.stringify(config));
    this.#networks.set(id, made);
  }

  setConfig(id: string, config: NetworkConfig): Network {
    const changed = { ...this.find(id), config };
    this.#database.prepare('UPDATE networks SET config = ? WHERE id = ?').run(JSON.stringify(config), id);
    this.#networks.set(id, changed);
    return changed;
  }

  delete(id: string): void {
    this.#database.prepare('DELETE FROM networks WHERE id = ?').run(id);
    this.#networks.delete(id);
  }
}
