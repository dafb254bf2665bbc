import { Worker } from 'node:worker_threads';

import { onAbort } from '#engine/async/on-abort.ts';
import { Queue } from '#engine/async/queue.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { FoundReport, SearchReport, SearchTask } from './search-task.ts';

/** In the checkout the source beside this one; in the package the program beside the engine's. */
const ENTRY = new URL(import.meta.url.endsWith('.ts') ? './search-worker.ts' : './search-worker.js', import.meta.url);

/** How long the thread, with the columns it has read, is kept when nobody searches. */
const IDLE_MS = 60_000;
/** A thread that says nothing for so long is lost in an expression that has no end. */
const STALL_MS = 10_000;

/** The thread that searches: the engine goes on answering meanwhile, whatever is looked for. */
export class LayerSearch implements AsyncDisposable {
  readonly #stallMs: number;
  readonly #running = new Map<number, Queue<SearchReport>>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(stallMs: number = STALL_MS) {
    this.#stallMs = stallMs;
  }

  /** @throws EngineError `invalid-argument` for an expression without end, `cancelled` when the signal fires. */
  async *run(wanted: Omit<SearchTask, 'kind' | 'id'>, signal: AbortSignal): AsyncGenerator<FoundReport> {
    signal.throwIfAborted();
    const id = (this.#lastId += 1);
    const reports = new Queue<SearchReport>();
    this.#running.set(id, reports);
    let isDone = false;
    const release = onAbort(signal, () => reports.fail(new EngineError('cancelled', 'The search was cancelled.')));
    try {
      const worker = this.#awake();
      worker.postMessage({ kind: 'search', id, ...wanted } satisfies SearchTask);
      yield* foundOf(reports);
      isDone = true;
    } finally {
      release();
      this.#running.delete(id);
      if (!isDone) this.#worker?.postMessage({ kind: 'cancel', id });
      this.#wait();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    await this.#worker?.terminate();
  }

  #awake(): Worker {
    const worker = this.#worker ?? this.#start();
    worker.ref();
    this.#worker = worker;
    this.#wait();
    return worker;
  }

  #start(): Worker {
    const worker = new Worker(ENTRY, { execArgv: [], name: 'search' });
    const end = (error: EngineError): void => {
      if (this.#worker === worker) this.#worker = undefined;
      for (const reports of this.#running.values()) reports.fail(error);
    };
    worker.on('message', (report: SearchReport) => this.#hear(report));
    worker.on('error', (error) => end(new EngineError('internal', `The search failed: ${String(error)}`)));
    return worker;
  }

  #hear(report: SearchReport): void {
    this.#running.get(report.id)?.push(report);
    this.#wait();
  }

  /** Until the thread says something, or somebody asks it again. */
  #wait(): void {
    clearTimeout(this.#timer);
    const isIdle = this.#running.size === 0;
    this.#timer = setTimeout(() => this.#end(isIdle), isIdle ? IDLE_MS : this.#stallMs).unref();
    if (isIdle) this.#worker?.unref();
  }

  #end(isIdle: boolean): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    if (isIdle) return;
    const sentence = 'This expression takes too long to be looked for; write a simpler one.';
    for (const reports of this.#running.values()) reports.fail(new EngineError('invalid-argument', sentence));
  }
}

async function* foundOf(reports: AsyncIterable<SearchReport>): AsyncGenerator<FoundReport> {
  for await (const report of reports) {
    if (report.kind === 'failed') throw new EngineError('invalid-argument', report.message);
    if (report.kind !== 'found') continue;
    yield report;
    if (report.isDone) return;
  }
}
