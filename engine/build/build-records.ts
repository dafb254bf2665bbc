import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { onAbort } from '#engine/async/on-abort.ts';
import { buildRecord, type BuildRecord, type BuildStep } from '#engine/contract/build.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import { familiarName } from '#engine/contract/reference.ts';
import type { ShellSide } from '#engine/contract/step-shell.ts';
import { transaction, type Database } from '#engine/metadata/database.ts';

import type { BuildEvent } from './build-event.ts';
import type { BuildRequest } from './build-request.ts';
import type { KeepEnvironment, StepEnvironment } from './step-environment.ts';

/** Those under way, by their ids. */
const runningBuilds = new Map<string, BuildRecorder>();

/** Between two writings: a build of steps that are all known takes no longer than writing each of them down. */
const WRITE_PACE_MS = 200;
const KEPT_BUILDS = 200;
/** Characters of a step's log; the end of a long one. */
const LOG_CHARACTERS = 64 * 1024;

/** One build's record, written down as it grows: whatever happens, it is there with what had come of it a moment before. */
export class BuildRecorder {
  readonly #database: Database;
  readonly #begun = performance.now();
  readonly #steps = new Map<number, BuildStep>();
  readonly #kept: (readonly [step: number, side: ShellSide, environment: StepEnvironment])[] = [];
  #record: BuildRecord;
  readonly #watchers = new Set<() => void>();
  #nextWrite: NodeJS.Timeout | undefined;

  constructor(database: Database, request: BuildRequest) {
    const { project, parameters, patches, references, dockerfile, target } = request;
    this.#database = database;
    this.#record = {
      id: randomUUID(),
      project,
      ...(parameters === undefined ? {} : { parameters }),
      ...(patches === undefined ? {} : { patches: [...patches] }),
      startedAt: new Date().toISOString(),
      state: 'running',
      names: references.map(familiarName),
      dockerfile,
      ...(target === undefined || target === '' ? {} : { target }),
      steps: [],
    };
    runningBuilds.set(this.#record.id, this);
    this.#write();
    forgetOldBuilds(database);
  }

  get id(): string {
    return this.#record.id;
  }

  /** With what came since it was last written down. */
  get record(): BuildRecord {
    return { ...this.#record, steps: this.#sorted() };
  }

  /** Resolves with the next news, or when the signal fires. */
  async news(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#watchers.add(resolve);
    const forget = onAbort(signal, resolve);
    await promise;
    forget();
    this.#watchers.delete(resolve);
  }

  note(event: BuildEvent): void {
    if (event.kind === 'notice' || event.step.number === 0) return;
    const { number, stage, text, line, endLine } = event.step;
    const known = this.#steps.get(number) ?? {
      number,
      stage,
      text,
      line,
      endLine,
      startedMs: performance.now() - this.#begun,
      state: 'running',
      log: '',
    };
    this.#steps.set(number, { ...known, ...news(event, known) });
    if (event.kind === 'end' || event.kind === 'verdict') this.#writeSoon();
    this.#wake();
  }

  /** Written down with the record, by and by. */
  readonly keep: KeepEnvironment = ({ number }, side, environment) => {
    this.#kept.push([number, side, environment]);
  };

  /** @param job of the board. */
  runsAs(job: string): void {
    this.#record = { ...this.#record, job };
    this.#wake();
  }

  /** It is there, whatever becomes of the rest. */
  made(image: Digest): void {
    this.#record = { ...this.#record, image };
    this.#writeSoon();
  }

  done(): void {
    this.#end({ state: 'done' });
  }

  failed(error: unknown, isCancelled: boolean): void {
    for (const [number, step] of this.#steps) {
      if (step.state === 'running') this.#steps.set(number, { ...step, state: 'failed' });
    }
    this.#end({ state: isCancelled ? 'cancelled' : 'failed', error: toEngineError(error).message });
  }

  #end(how: Partial<BuildRecord>): void {
    this.#record = { ...this.#record, ...how, durationMs: performance.now() - this.#begun };
    this.#write();
    runningBuilds.delete(this.id);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#watchers) wake();
  }

  #sorted(): BuildStep[] {
    return [...this.#steps.values()].toSorted((one, other) => one.number - other.number);
  }

  #writeSoon(): void {
    this.#nextWrite ??= setTimeout(() => this.#write(), WRITE_PACE_MS);
  }

  #write(): void {
    clearTimeout(this.#nextWrite);
    this.#nextWrite = undefined;
    this.#record = { ...this.#record, steps: this.#sorted() };
    const { id, project, startedAt } = this.#record;
    transaction(this.#database, () => {
      this.#database
        .prepare('INSERT OR REPLACE INTO builds (id, project, started_at, record) VALUES (?, ?, ?, ?)')
        .run(id, project, Date.parse(startedAt), JSON.stringify(this.#record));
      this.#storeEnvironments();
    });
  }

  #storeEnvironments(): void {
    const insert = this.#database.prepare(
      'INSERT OR REPLACE INTO step_environments (build, step, side, environment) VALUES (?, ?, ?, ?)',
    );
    for (const [step, side, environment] of this.#kept.splice(0))
      insert.run(this.id, step, side, JSON.stringify(environment));
  }
}

function forgetOldBuilds(database: Database): void {
  transaction(database, () => {
    database
      .prepare('DELETE FROM builds WHERE id NOT IN (SELECT id FROM builds ORDER BY started_at DESC LIMIT ?)')
      .run(KEPT_BUILDS);
    database.exec('DELETE FROM step_environments WHERE build NOT IN (SELECT id FROM builds)');
  });
}

function news(event: Exclude<BuildEvent, { readonly kind: 'notice' }>, known: BuildStep): Partial<BuildStep> {
  switch (event.kind) {
    case 'begin':
      return {};
    case 'verdict':
      return { verdict: event.verdict };
    case 'output':
      return { log: (known.log + event.text).slice(-LOG_CHARACTERS) };
    case 'end': {
      const { durationMs, diffId } = event;
      return { state: 'done', durationMs, ...(diffId === undefined ? {} : { diffId }) };
    }
  }
}

/** Newest first. */
export function listBuilds(database: Database): readonly BuildRecord[] {
  return database.prepare('SELECT record FROM builds ORDER BY started_at DESC').all().map(read);
}

/** @param id or the beginning of it. @throws EngineError `not-found`, `invalid-argument` where several begin so. */
export function findBuild(database: Database, id: string): BuildRecord {
  const rows = database.prepare('SELECT record FROM builds WHERE substr(id, 1, length(?1)) = ?1 LIMIT 2').all(id);
  const [found, another] = rows;
  if (found === undefined || id === '')
    throw new EngineError('not-found', `There is no record of a build ${id}; estrato builds lists them.`);
  if (another === undefined) return read(found);
  throw new EngineError('invalid-argument', `Several builds' ids begin with ${id}; write more of it.`);
}

/** Forgets a build; what it has made stays. @throws EngineError `conflict` for one that is under way. */
export function removeBuild(database: Database, id: string): void {
  if (runningBuilds.has(id)) throw new EngineError('conflict', `The build ${id} is under way; cancel it first.`);
  transaction(database, () => {
    database.prepare('DELETE FROM step_environments WHERE build = ?').run(id);
    database.prepare('DELETE FROM builds WHERE id = ?').run(id);
  });
}

function read(row: Readonly<Record<string, unknown>>): BuildRecord {
  return buildRecord.parse(JSON.parse(String(row['record'])));
}

/** Between two looks at a build that prints much. */
const PACE_MS = 150;

/** One build as it stands, and again as it changes, until it has ended. @throws EngineError `not-found`. */
export async function* watchBuild(database: Database, id: string, signal: AbortSignal): AsyncGenerator<BuildRecord> {
  const running = runningBuilds.get(id);
  if (running !== undefined) {
    while (!signal.aborted && runningBuilds.has(id)) {
      const next = running.news(signal);
      yield running.record;
      await next;
      await pause(PACE_MS);
    }
    if (signal.aborted) return;
  }
  const stored = database.prepare('SELECT record FROM builds WHERE id = ?').get(id);
  if (stored === undefined) throw new EngineError('not-found', `There is no record of a build ${id}.`);
  yield read(stored);
}

/** Builds end with their engine. */
export function endRunning(database: Database): void {
  for (const record of listBuilds(database).filter(({ state }) => state === 'running')) {
    const ended: BuildRecord = { ...record, state: 'failed', error: 'The engine ended while this was being built.' };
    database.prepare('UPDATE builds SET record = ? WHERE id = ?').run(JSON.stringify(ended), record.id);
  }
}
