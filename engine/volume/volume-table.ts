import { z } from 'zod';

import { KeyedLock } from '#engine/async/keyed-lock.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Database } from '#engine/metadata/database.ts';

import { volume, type Volume } from './volume.ts';

const storedVolume = z.object({
  name: z.string(),
  created_at: z.int(),
  labels: z.string(),
  options: z.string(),
});

/**
 * The volumes that are: read once, durable before anybody is told.
 *
 * One that is being removed is none any more for whoever asks.
 */
export class VolumeTable {
  readonly #database: Database;
  readonly #volumes = new Map<string, Volume>();
  readonly #held = new Map<string, number>();
  readonly #read = new Map<string, number>();
  readonly #lock = new KeyedLock();

  constructor(database: Database) {
    this.#database = database;
    for (const found of this.#rows('removing = 0')) this.#volumes.set(found.name, found);
  }

  /** By name. */
  list(): readonly Volume[] {
    return [...this.#volumes.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  get(name: string): Volume | undefined {
    return this.#volumes.get(name);
  }

  /** @throws EngineError `not-found`, in Docker's words. */
  find(name: string): Volume {
    const found = this.#volumes.get(name);
    if (found === undefined) throw new EngineError('not-found', `get ${name}: no such volume`);
    return found;
  }

  /** Work on one volume, one piece at a time. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.exclusively(name, work);
  }

  /** Keeps a volume from being removed until a container has it among its mounts, or was given up. */
  hold(name: string): Disposable {
    return count(this.#held, name);
  }

  /** Keeps it from being removed, or from holding something else, while somebody reads it. */
  read(name: string): Disposable {
    return count(this.#read, name);
  }

  isHeld(name: string): boolean {
    return this.isTaken(name) || this.isRead(name);
  }

  /** By a container that is about to have it. */
  isTaken(name: string): boolean {
    return this.#held.has(name);
  }

  isRead(name: string): boolean {
    return this.#read.has(name);
  }

  /** @param madeFor the container being created that the volume goes with, should it not come to be. */
  insert(made: Volume, madeFor?: string): void {
    const { name, createdAt, labels, options } = made;
    this.#database
      .prepare('INSERT INTO volumes (name, created_at, labels, options, made_for) VALUES (?, ?, ?, ?, ?)')
      .run(name, createdAt, JSON.stringify(labels), JSON.stringify(options), madeFor ?? null);
    this.#volumes.set(name, made);
  }

  /** The container has come to be: its volumes stay until they are removed. */
  keepMadeFor(container: string): void {
    this.#database.prepare('UPDATE volumes SET made_for = NULL WHERE made_for = ?').run(container);
  }

  /** Volumes of containers that were being created. */
  listMadeFor(): readonly Volume[] {
    return this.#rows('made_for IS NOT NULL AND removing = 0');
  }

  markRemoving(name: string): void {
    this.#database.prepare('UPDATE volumes SET removing = 1 WHERE name = ?').run(name);
    this.#volumes.delete(name);
  }

  /** Those that a killed engine has not removed to the end. */
  listRemoving(): readonly Volume[] {
    return this.#rows('removing = 1');
  }

  /** Whether there is a record of it, be it one that is being removed. */
  isRecorded(name: string): boolean {
    return this.#database.prepare('SELECT 1 FROM volumes WHERE name = ?').get(name) !== undefined;
  }

  delete(name: string): void {
    this.#database.prepare('DELETE FROM volumes WHERE name = ?').run(name);
    this.#volumes.delete(name);
  }

  #rows(condition: string): readonly Volume[] {
    const rows = this.#database.prepare(`SELECT name, created_at, labels, options FROM volumes WHERE ${condition}`);
    return rows.all().map((row) => {
      const { name, created_at: createdAt, labels, options } = storedVolume.parse(row);
      return volume.parse({ name, createdAt, labels: parsed(labels), options: parsed(options) });
    });
  }
}

function count(counts: Map<string, number>, name: string): Disposable {
  counts.set(name, (counts.get(name) ?? 0) + 1);
  return {
    [Symbol.dispose]: () => {
      const left = (counts.get(name) ?? 1) - 1;
      if (left === 0) counts.delete(name);
      else counts.set(name, left);
    },
  };
}

function parsed(json: string): unknown {
  return JSON.parse(json);
}
