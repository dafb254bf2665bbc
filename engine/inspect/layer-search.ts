import { EngineError } from '#engine/contract/errors.ts';

import { AskedThread, threadEntry } from './asked-thread.ts';
import type { FoundReport, SearchReport, SearchTask } from './search-task.ts';

/** A thread that says nothing for so long is lost in an expression that has no end. */
const STALL_MS = 10_000;

/** The thread that searches, with the columns it has read. */
export class LayerSearch implements AsyncDisposable {
  readonly #thread: AskedThread<Omit<SearchTask, 'id'>, SearchReport>;

  constructor(stallMs: number = STALL_MS) {
    const sentence = 'This expression takes too long to be looked for; write a simpler one.';
    this.#thread = new AskedThread({
      name: 'search',
      entry: threadEntry('search-worker', import.meta.url),
      stall: { afterMs: stallMs, failure: () => new EngineError('invalid-argument', sentence) },
    });
  }

  /** @throws EngineError `invalid-argument` for an expression without end, `cancelled` when the signal fires. */
  async *run(wanted: Omit<SearchTask, 'kind' | 'id'>, signal: AbortSignal): AsyncGenerator<FoundReport> {
    const isLast = (report: SearchReport): boolean => report.kind === 'found' && report.isDone;
    for await (const report of this.#thread.ask({ kind: 'search', ...wanted }, signal, isLast)) {
      if (report.kind === 'found') yield report;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#thread[Symbol.asyncDispose]();
  }
}
