import { randomUUID } from 'node:crypto';

import { EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { PullProgress } from '#engine/contract/image.ts';
import type { Job } from '#engine/contract/job.ts';
import type { Verification } from '#engine/contract/verification.ts';

/** What a job says while it runs: where it stands, or one more line of output. */
export interface JobReport {
  readonly progress?: PullProgress;
  readonly output?: string;
  readonly verification?: Verification;
}

/** The work itself: it ends when `signal` says so, by throwing the signal's reason or anything else. */
export type JobWork = (signal: AbortSignal, report: (news: JobReport) => void) => Promise<void>;

/** Work that can be gone on with: by this engine, or by the next that knows of it. */
export interface JobKeeping {
  /** Begin with nothing, until somebody resumes it. */
  readonly isPaused?: boolean;
  /** It is done, cancelled or dismissed: nobody will go on with it. */
  forget(): void;
}

/**
 * Long work that goes on when nobody looks, and can be watched, cancelled and read about afterwards from anywhere.
 *
 * Ended jobs stay until dismissed, at most 50. Jobs end with the engine; those that can be paused are, and the next engine
 * offers to go on with them.
 */
export interface JobBoard {
  /** @returns the job's id; `run` starts before this returns, unless it is kept and paused. */
  start(kind: Job['kind'], title: string, run: JobWork, keeping?: JobKeeping): string;
  /** Oldest first. */
  list(): readonly Job[];
  /** Asks a running job to end; it is `cancelled` once it has undone its work. @throws EngineError `not-found`. */
  cancel(id: string): void;
  /** Asks a job that can go on later to let go for now. @throws EngineError `not-found`, `conflict` when it can't or doesn't run. */
  pause(id: string): void;
  /** Runs a paused job, or one that failed, again. @throws EngineError `not-found`, `conflict` when it can't. */
  resume(id: string): void;
  /** Takes an ended job off the board. @throws EngineError `not-found`, or `conflict` while it runs. */
  dismiss(id: string): void;
  /** Every job as it stands, then each as it changes: changes of state at once, others at most ten times a second. */
  watch(signal: AbortSignal): AsyncIterable<Job>;
  /** Resolves with the job when it has ended; never rejects because the job failed. @throws EngineError `not-found`. */
  settled(id: string): Promise<Job>;
}

const KEPT_JOBS = 50;
const OUTPUT_LINES = 200;
const COALESCE_MS = 100;

interface Entry {
  job: Job;
  readonly run: JobWork;
  readonly keeping: JobKeeping | undefined;
  abort: AbortController;
  ended: Promise<Job>;
}

interface Watcher {
  /** Ids of jobs with news, and when they were last told. */
  readonly changed: Set<string>;
  readonly toldAt: Map<string, number>;
  wake: () => void;
}

/** As what can't be reached just now: what came stays for later. */
class Paused extends EngineError {
  constructor() {
    super('unavailable', 'Paused.');
  }
}

export class MemoryJobBoard implements JobBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #watchers = new Set<Watcher>();

  start(kind: Job['kind'], title: string, run: JobWork, keeping?: JobKeeping): string {
    const id = randomUUID();
    const isResumable = keeping === undefined ? {} : { isResumable: true };
    const job: Job = { id, kind, title, state: 'paused', startedAt: new Date().toISOString(), ...isResumable };
    const entry: Entry = { job, run, keeping, abort: new AbortController(), ended: Promise.resolve(job) };
    this.#entries.set(id, entry);
    if (keeping?.isPaused === true) this.#tell(id);
    else this.#begin(entry);
    return id;
  }

  list(): readonly Job[] {
    return [...this.#entries.values()].map((entry) => entry.job);
  }

  cancel(id: string): void {
    const entry = this.#entry(id);
    entry.abort.abort(new EngineError('cancelled', 'Cancelled.'));
    if (entry.job.state !== 'paused') return;
    entry.job = { ...entry.job, state: 'cancelled', endedAt: new Date().toISOString() };
    entry.keeping?.forget();
    this.#tell(id);
  }

  pause(id: string): void {
    const { job, keeping, abort } = this.#entry(id);
    if (keeping === undefined || job.state !== 'running') {
      throw new EngineError(
        'conflict',
        `The job "${job.title}" can't be paused: it is over, or nobody could go on with it.`,
      );
    }
    abort.abort(new Paused());
  }

  resume(id: string): void {
    const entry = this.#entry(id);
    const { job, keeping } = entry;
    if (keeping === undefined || !['paused', 'failed'].includes(job.state)) {
      throw new EngineError('conflict', `The job "${job.title}" can't be resumed: it is neither paused nor failed.`);
    }
    const { error: _, endedAt: __, ...before } = job;
    entry.job = before;
    entry.abort = new AbortController();
    this.#begin(entry);
  }

  dismiss(id: string): void {
    const { job, keeping } = this.#entry(id);
    if (job.state === 'running') {
      throw new EngineError('conflict', `The job "${job.title}" is still running; cancel it first.`);
    }
    keeping?.forget();
    this.#entries.delete(id);
  }

  watch(signal: AbortSignal): AsyncIterable<Job> {
    const watcher: Watcher = { changed: new Set(this.#entries.keys()), toldAt: new Map(), wake: () => {} };
    if (!signal.aborted) this.#watchers.add(watcher);
    signal.addEventListener(
      'abort',
      () => {
        this.#watchers.delete(watcher);
        watcher.wake();
      },
      { once: true },
    );
    return this.#follow(watcher, signal);
  }

  settled(id: string): Promise<Job> {
    return this.#entry(id).ended;
  }

  #begin(entry: Entry): void {
    entry.job = { ...entry.job, state: 'running' };
    this.#tell(entry.job.id);
    entry.ended = this.#run(entry);
  }

  async #run(entry: Entry): Promise<Job> {
    const { run } = entry;
    const { signal } = entry.abort;
    const end = (state: Job['state'], error?: EngineError): void => {
      const failure = error === undefined ? {} : { error: { code: error.code, message: error.message } };
      entry.job = { ...entry.job, ...failure, state, endedAt: new Date().toISOString() };
    };
    try {
      await run(signal, (news) => {
        this.#report(entry, news);
      });
      end('done');
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (signal.reason instanceof Paused) end('paused');
      else if (signal.aborted || error.code === 'cancelled') end('cancelled');
      else end('failed', error);
    }
    if (entry.job.state === 'done' || entry.job.state === 'cancelled') entry.keeping?.forget();
    this.#forgetOldest();
    this.#tell(entry.job.id);
    return entry.job;
  }

  #report(entry: Entry, news: JobReport): void {
    if (entry.job.state !== 'running') return;
    const { progress, output, verification } = news;
    entry.job = {
      ...entry.job,
      ...(progress === undefined ? {} : { progress }),
      ...(verification === undefined ? {} : { verification }),
      ...(output === undefined ? {} : { output: [...(entry.job.output ?? []), output].slice(-OUTPUT_LINES) }),
    };
    this.#tell(entry.job.id);
  }

  #forgetOldest(): void {
    const ended = [...this.#entries.values()].filter(({ job }) => !['running', 'paused'].includes(job.state));
    for (const { job, keeping } of ended.slice(0, Math.max(0, ended.length - KEPT_JOBS))) {
      keeping?.forget();
      this.#entries.delete(job.id);
    }
  }

  #tell(id: string): void {
    for (const watcher of this.#watchers) {
      watcher.changed.add(id);
      watcher.wake();
    }
  }

  #entry(id: string): Entry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new EngineError('not-found', `No such job: ${id}`);
    return entry;
  }

  async *#follow(watcher: Watcher, signal: AbortSignal): AsyncGenerator<Job> {
    try {
      while (!signal.aborted) {
        const job = this.#nextDue(watcher);
        if (job === undefined) {
          await news(watcher, signal);
          continue;
        }
        watcher.changed.delete(job.id);
        watcher.toldAt.set(job.id, Date.now());
        yield job;
        if (job.state !== 'running') watcher.toldAt.delete(job.id);
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }

  /** A changed job that may be told now: news of one told a moment ago waits, unless it has ended. */
  #nextDue(watcher: Watcher): Job | undefined {
    for (const id of watcher.changed) {
      const job = this.#entries.get(id)?.job;
      if (job === undefined) watcher.changed.delete(id);
      else if (job.state !== 'running' || Date.now() - (watcher.toldAt.get(id) ?? 0) >= COALESCE_MS) return job;
    }
    return undefined;
  }
}

/** Waits for a change, or for the moment when a change held back becomes due. */
async function news(watcher: Watcher, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  watcher.wake = resolve;
  const timer = watcher.changed.size > 0 ? setTimeout(resolve, COALESCE_MS) : undefined;
  await promise;
  clearTimeout(timer);
}
