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

/**
 * Long work that goes on when nobody looks, and can be watched, cancelled and read about afterwards from anywhere.
 *
 * Ended jobs stay until dismissed, at most 50. Jobs end with the engine; what they half-fetched is collected when the
 * next one starts.
 */
export interface JobBoard {
  /** @returns the job's id; `run` starts before this returns. */
  start(kind: Job['kind'], title: string, run: JobWork): string;
  /** Oldest first. */
  list(): readonly Job[];
  /** Asks a running job to end; it is `cancelled` once it has undone its work. @throws EngineError `not-found`. */
  cancel(id: string): void;
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
  readonly abort: AbortController;
  readonly ended: Promise<Job>;
}

interface Watcher {
  /** Ids of jobs with news, and when they were last told. */
  readonly changed: Set<string>;
  readonly toldAt: Map<string, number>;
  wake: () => void;
}

export class MemoryJobBoard implements JobBoard {
  readonly #entries = new Map<string, Entry>();
  readonly #watchers = new Set<Watcher>();

  start(kind: Job['kind'], title: string, run: JobWork): string {
    const id = randomUUID();
    const abort = new AbortController();
    const { promise, resolve } = Promise.withResolvers<Job>();
    const entry: Entry = {
      job: { id, kind, title, state: 'running', startedAt: new Date().toISOString() },
      abort,
      ended: promise,
    };
    this.#entries.set(id, entry);
    this.#tell(id);
    void this.#run(entry, run).then(resolve);
    return id;
  }

  list(): readonly Job[] {
    return [...this.#entries.values()].map((entry) => entry.job);
  }

  cancel(id: string): void {
    this.#entry(id).abort.abort(new EngineError('cancelled', 'Cancelled.'));
  }

  dismiss(id: string): void {
    const { job } = this.#entry(id);
    if (job.state === 'running') {
      throw new EngineError('conflict', `The job "${job.title}" is still running; cancel it first.`);
    }
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

  async #run(entry: Entry, run: JobWork): Promise<Job> {
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
      if (signal.aborted || error.code === 'cancelled') end('cancelled');
      else end('failed', error);
    }
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
    const ended = [...this.#entries.values()].filter(({ job }) => job.state !== 'running');
    for (const { job } of ended.slice(0, Math.max(0, ended.length - KEPT_JOBS))) this.#entries.delete(job.id);
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
