import { KeyedLock } from '#engine/async/keyed-lock.ts';
import { onAbort } from '#engine/async/on-abort.ts';
import { Queue } from '#engine/async/queue.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { ImageUsage } from '#engine/image/image-parts.ts';
import type { Database } from '#engine/metadata/database.ts';
import { relaxed } from '#engine/metadata/relaxed.ts';
import type { RunningContainer } from '#engine/runtime/runtime.ts';
import type { TrashTable } from '#engine/trash/trash-table.ts';

import { isActive, isUp, type Container, type ContainerConfig, type ContainerState } from './container.ts';
import { ExecTable } from './exec-table.ts';
import { HealthTable } from './health-table.ts';

/** What a container being created holds: its name, and its image against being collected. */
interface Reservation {
  readonly id: string;
  readonly name: string;
  readonly imageId: Digest;
}

interface StoredContainer extends Omit<Container, 'config' | 'state'> {
  readonly config: string;
  readonly state: string;
}

/**
 * The containers that are, and which of them run.
 *
 * What must outlive the engine is in the database and read once; a change outlives the engine before anybody is told. Names
 * are unique over containers and those being created.
 */
export class ContainerTable {
  readonly execs: ExecTable;
  readonly health: HealthTable;
  readonly #database: Database;
  readonly #containers = new Map<string, Container>();
  readonly #reserved = new Map<string, Reservation>();
  readonly #running = new Map<string, RunningContainer>();
  readonly #starts = new Map<string, Set<(running: RunningContainer | undefined) => void>>();
  readonly #watchers = new Map<string, Set<Queue<Container | undefined>>>();
  readonly #lock = new KeyedLock();

  constructor(database: Database) {
    this.#database = database;
    this.execs = new ExecTable(database);
    this.health = new HealthTable(database);
    for (const found of readAll(database)) this.#containers.set(found.id, found);
  }

  /** Oldest first. */
  list(): readonly Container[] {
    return [...this.#containers.values()];
  }

  get(id: string): Container | undefined {
    return this.#containers.get(id);
  }

  /**
   * By id, name (a leading slash is allowed) or unique prefix of an id, in this order.
   * @throws EngineError `not-found`, or `invalid-argument` when several ids begin so.
   */
  find(ref: string): Container {
    const exact = this.#containers.get(ref);
    if (exact !== undefined) return exact;
    const name = withoutSlash(ref);
    const named = this.list().find((candidate) => candidate.name === name);
    if (named !== undefined) return named;
    const found = ref === '' ? [] : this.list().filter((candidate) => candidate.id.startsWith(ref));
    if (found.length > 1) throw new EngineError('invalid-argument', `Multiple IDs found with provided prefix: ${ref}`);
    const [only] = found;
    if (only === undefined) throw new EngineError('not-found', `No such container: ${ref}`);
    return only;
  }

  /** Work on one container, one piece at a time: starting, removing, renaming. */
  exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    return this.#lock.exclusively(id, work);
  }

  /** Whether such work is under way. */
  isHeld(id: string): boolean {
    return this.#lock.isHeld(id);
  }

  isNameTaken(name: string): boolean {
    return this.#holderOf(name) !== undefined;
  }

  /** Holds a name and an image until disposed: by then the container is in the table, or was given up. */
  reserve(reservation: Reservation): Disposable {
    this.#refuseTaken(reservation.name);
    this.#reserved.set(reservation.id, reservation);
    return { [Symbol.dispose]: () => this.#reserved.delete(reservation.id) };
  }

  insert(created: Container): void {
    const { id, name, imageId, createdAt, config, state } = created;
    this.#database
      .prepare('INSERT INTO containers (id, name, image_id, created_at, config, state) VALUES (?, ?, ?, ?, ?, ?)')
      .run(id, name, imageId, createdAt, JSON.stringify(config), JSON.stringify(state));
    this.#set(created);
  }

  /** On the disk once `synced`. @returns the container as it is now; undefined when it has been removed meanwhile. */
  setState(id: string, state: ContainerState): Container | undefined {
    const current = this.#containers.get(id);
    if (current === undefined) return undefined;
    // No machine that lost its power still runs a container, and how one ended is in the shim's own file.
    relaxed(this.#database, () => {
      this.#database.prepare('UPDATE containers SET state = ? WHERE id = ?').run(JSON.stringify(state), id);
    });
    if (!isUp(state)) this.#running.delete(id);
    const changed = { ...current, state };
    this.#set(changed);
    return changed;
  }

  setRunning(
    id: string,
    running: RunningContainer,
    known: Omit<Extract<ContainerState, { readonly status: 'running' }>, 'status' | 'pid'>,
  ): Container | undefined {
    this.#running.set(id, running);
    const now = this.setState(id, { ...known, status: 'running', pid: running.pid });
    for (const started of this.#starts.get(id) ?? []) started(running);
    return now;
  }

  /** The container's next run, held here even when it is over by the time it is looked at. Undefined once removed. */
  async nextRun(id: string, signal: AbortSignal): Promise<RunningContainer | undefined> {
    const starts = this.#starts.get(id) ?? new Set();
    this.#starts.set(id, starts);
    const { promise, resolve } = Promise.withResolvers<RunningContainer | undefined>();
    starts.add(resolve);
    const forget = onAbort(signal, () => resolve(undefined));
    try {
      return await promise;
    } finally {
      forget();
      starts.delete(resolve);
      if (starts.size === 0 && this.#starts.get(id) === starts) this.#starts.delete(id);
    }
  }

  /** Whether somebody waits for the container's next run, and its first output. */
  isAwaited(id: string): boolean {
    return this.#starts.has(id);
  }

  /** The run that was waited for does not come: the start failed. */
  noRun(id: string): void {
    for (const never of this.#starts.get(id) ?? []) never(undefined);
  }

  running(id: string): RunningContainer | undefined {
    return this.#running.get(id);
  }

  /** By id. */
  allRunning(): ReadonlyMap<string, RunningContainer> {
    return this.#running;
  }

  setConfig(id: string, config: ContainerConfig): void {
    const current = this.find(id);
    this.#database.prepare('UPDATE containers SET config = ? WHERE id = ?').run(JSON.stringify(config), id);
    this.#set({ ...current, config });
  }

  /** @throws EngineError `conflict` when another has the name. */
  rename(id: string, name: string): void {
    const current = this.find(id);
    this.#refuseTaken(name);
    this.#database.prepare('UPDATE containers SET name = ? WHERE id = ?').run(name, id);
    this.#set({ ...current, name });
  }

  delete(id: string): void {
    relaxed(this.#database, () => {
      this.#database.prepare('DELETE FROM containers WHERE id = ?').run(id);
    });
    this.#containers.delete(id);
    this.#running.delete(id);
    this.execs.removeAll(id);
    this.health.forget(id);
    this.noRun(id);
    this.#tell(id, undefined);
  }

  /** Each change of one container from now on; undefined, then the end, when it has been removed. */
  watch(id: string, signal?: AbortSignal): AsyncIterableIterator<Container | undefined> {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers);
    const leave = (): void => {
      watchers.delete(queue);
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
      signal?.removeEventListener('abort', abort);
    };
    const queue = new Queue<Container | undefined>(leave);
    const abort = (): void => {
      queue.fail(new EngineError('cancelled', 'The client has left.'));
      leave();
    };
    watchers.add(queue);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    return queue;
  }

  /** What images ask before one is removed. */
  usage(): Pick<ImageUsage, 'containers'> {
    return {
      containers: () => [
        ...this.list().map(({ id, name, imageId, state }) => ({
          id,
          name,
          imageId,
          running: isActive(state),
        })),
        ...[...this.#reserved.values()]
          .filter(({ id }) => !this.#containers.has(id))
          .map((reserved) => ({ ...reserved, running: false })),
      ],
    };
  }

  #set(changed: Container): void {
    this.#containers.set(changed.id, changed);
    this.#tell(changed.id, changed);
  }

  #tell(id: string, changed: Container | undefined): void {
    for (const watcher of this.#watchers.get(id) ?? []) {
      watcher.push(changed);
      if (changed === undefined) watcher.end();
    }
    if (changed === undefined) this.#watchers.delete(id);
  }

  #holderOf(name: string): string | undefined {
    const others = [...this.#containers.values(), ...this.#reserved.values()];
    return others.find((other) => other.name === name)?.id;
  }

  #refuseTaken(name: string): void {
    const holder = this.#holderOf(name);
    if (holder === undefined) return;
    throw new EngineError(
      'conflict',
      `Conflict. The container name "/${name}" is already in use by container "${holder}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
  }
}

/** For the wiring: images are built before the containers that use them. */
export function imageUsage(table: ContainerTable, trash: TrashTable): ImageUsage {
  return { ...table.usage(), isKept: (imageId) => trash.needsImage(imageId) };
}

export function withoutSlash(name: string): string {
  return name.startsWith('/') ? name.slice(1) : name;
}

/** What this table has written itself, and nobody else writes there: checked when it came in, trusted since. */
function readAll(database: Database): readonly Container[] {
  const rows = database
    .prepare(
      'SELECT id, name, image_id AS imageId, created_at AS createdAt, config, state FROM containers ORDER BY created_at, id',
    )
    .all();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the columns of a STRICT table
  return (rows as unknown as readonly StoredContainer[]).map((row) => ({
    ...row,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `insert` and `setConfig` made of one
    config: JSON.parse(row.config) as ContainerConfig,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `insert` and `setState` made of one
    state: JSON.parse(row.state) as ContainerState,
  }));
}
