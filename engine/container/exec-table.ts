import { z } from 'zod';

import { EngineError } from '#engine/contract/errors.ts';
import type { Database } from '#engine/metadata/database.ts';
import { ifThereIsRoom } from '#engine/metadata/full-disk.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';
import type { HeldProcess } from '#engine/runtime/runtime.ts';

import { execConfig, type ExecConfig } from './container.ts';

/** Times are unix milliseconds. An ended session's process is kept while its shim does: its last screen can be read. */
export type ExecState =
  | { readonly status: 'created' }
  | { readonly status: 'running'; readonly startedAt: number; readonly process: HeldProcess }
  | {
      readonly status: 'exited';
      readonly startedAt: number;
      readonly exitCode: number;
      readonly process?: HeldProcess;
    };

/** A value, replaced in the table by each change. */
export interface ExecSession {
  /** 64 hex digits. */
  readonly id: string;
  readonly containerId: string;
  readonly config: ExecConfig;
  readonly state: ExecState;
}

/** Ended sessions that a container keeps: clients ask for an exit code after the end. */
const KEPT_ENDED = 100;
/** And of those that somebody has asked for and not started yet: as many as anybody starts at once. */
const KEPT_CREATED = 1000;

const storedExec = z.object({ id: z.string(), container_id: z.string(), started_at: z.int(), config: z.string() });

/** A session as the database remembers it: enough to show it again once its shim is found. */
export interface StoredExec {
  readonly id: string;
  readonly config: ExecConfig;
  readonly startedAt: number;
}

/** The exec sessions of all containers. */
export class ExecTable {
  readonly #database: Database;
  readonly #sessions = new Map<string, ExecSession>();
  /** Ids by container, oldest first. */
  readonly #ofContainers = new Map<string, Set<string>>();
  readonly #starting = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws EngineError `not-found`. */
  find(id: string): ExecSession {
    const exact = this.#sessions.get(id);
    if (exact !== undefined) return exact;
    const found = id === '' ? [] : [...this.#sessions.values()].filter((session) => session.id.startsWith(id));
    const [only] = found;
    if (only === undefined || found.length > 1) throw new EngineError('not-found', `No such exec instance: ${id}`);
    return only;
  }

  /** Oldest first. */
  of(containerId: string): readonly ExecSession[] {
    return [...(this.#ofContainers.get(containerId) ?? [])].flatMap((id) => this.#sessions.get(id) ?? []);
  }

  add(session: ExecSession): void {
    const ids = this.#ofContainers.get(session.containerId) ?? new Set<string>();
    this.#ofContainers.set(session.containerId, ids.add(session.id));
    this.#sessions.set(session.id, session);
    this.#forgetOldest(session.containerId, 'created', KEPT_CREATED);
  }

  /** From here on nobody else starts it; until `started` or `failed`. @throws EngineError `conflict` for one that was. */
  begin({ id, state }: ExecSession): void {
    if (state.status !== 'created' || this.#starting.has(id)) {
      throw new EngineError('conflict', `Exec instance ${id} has already been started.`);
    }
    this.#starting.add(id);
  }

  /** From here on a new engine finds it again; without power there is nothing to be found. */
  started(session: ExecSession, startedAt: number, process: HeldProcess): void {
    this.#write(() => {
      this.#database
        .prepare('INSERT OR REPLACE INTO execs (id, container_id, started_at, config) VALUES (?, ?, ?, ?)')
        .run(session.id, session.containerId, startedAt, JSON.stringify(session.config));
    });
    this.#starting.delete(session.id);
    this.#sessions.set(session.id, { ...session, state: { status: 'running', startedAt, process } });
  }

  /** One whose command could not be run. */
  failed(id: string, exitCode: number): void {
    this.#starting.delete(id);
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#sessions.set(id, { ...session, state: { status: 'exited', startedAt: Date.now(), exitCode } });
    this.#forgetOldest(session.containerId, 'exited', KEPT_ENDED);
  }

  ended(id: string, exitCode: number): void {
    const session = this.#sessions.get(id);
    if (session?.state.status !== 'running') return;
    const { startedAt, process } = session.state;
    this.#sessions.set(id, { ...session, state: { status: 'exited', startedAt, exitCode, process } });
    this.#forgetOldest(session.containerId, 'exited', KEPT_ENDED);
  }

  remove(id: string): void {
    const containerId = this.#sessions.get(id)?.containerId ?? '';
    this.#sessions.delete(id);
    this.#ofContainers.get(containerId)?.delete(id);
    this.#write(() => {
      this.#database.prepare('DELETE FROM execs WHERE id = ?').run(id);
    });
  }

  /** Those that never started, or whose container has started anew, mean nothing any more. */
  removeAll(containerId: string): void {
    for (const { id } of this.of(containerId)) this.#sessions.delete(id);
    this.#ofContainers.delete(containerId);
    this.#write(() => {
      this.#database.prepare('DELETE FROM execs WHERE container_id = ?').run(containerId);
    });
  }

  stored(containerId: string): readonly StoredExec[] {
    return this.#database
      .prepare('SELECT id, container_id, started_at, config FROM execs WHERE container_id = ? ORDER BY started_at')
      .all(containerId)
      .map((row) => {
        const { id, started_at: startedAt, config } = storedExec.parse(row);
        return { id, startedAt, config: execConfig.parse(JSON.parse(config)) };
      });
  }

  /** A row that is missing or too many on a full disk costs a session only with the engine: a new one ends or forgets it. */
  #write(write: () => void): void {
    ifThereIsRoom(() => relaxed(this.#database, write));
  }

  #forgetOldest(containerId: string, status: ExecState['status'], kept: number): void {
    if ((this.#ofContainers.get(containerId)?.size ?? 0) <= kept) return;
    const all = this.of(containerId).filter(({ id, state }) => state.status === status && !this.#starting.has(id));
    for (const { id } of all.slice(0, Math.max(0, all.length - kept))) this.remove(id);
  }
}
