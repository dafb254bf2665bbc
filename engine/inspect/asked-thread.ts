import { Worker } from 'node:worker_threads';

import { onAbort } from '#engine/async/on-abort.ts';
import { Queue } from '#engine/async/queue.ts';
import { EngineError, type ErrorCode } from '#engine/contract/errors.ts';

/** How long a thread, with what it remembers, is kept when nobody asks it anything. */
const IDLE_MS = 60_000;

/** What a thread says about the question of this number. A failure's class would be lost on the way. */
export type ThreadNews<N> =
  | { readonly id: number; readonly news: N }
  | { readonly id: number; readonly failure: { readonly code: ErrorCode; readonly message: string } };

export interface ThreadKind {
  readonly name: string;
  /** Its program. */
  readonly entry: URL;
  /** What is wrong with whoever says nothing for so long. */
  readonly stall: { readonly afterMs: number; readonly failure: () => EngineError };
}

/** Beside its source in the checkout, beside the engine's program in the package. */
export function threadEntry(name: string, importer: string): URL {
  return new URL(`./${name}.${importer.endsWith('.ts') ? 'ts' : 'js'}`, importer);
}

/**
 * A thread that answers questions, each with any number of news: the engine goes on answering meanwhile. It is there while
 * somebody asks, and a while longer. It is sent `{ ...question, id }`, `{ kind: 'heard', id }` when whoever asks wants the
 * next of its news, `{ kind: 'cancel', id }` when nobody listens, and `{ kind: 'end' }` when it is to end. From outside it is ended
 * only when it says nothing for too long, or with the engine.
 */
export class AskedThread<Q extends object, N> implements AsyncDisposable {
  readonly #kind: ThreadKind;
  readonly #running = new Map<number, Queue<ThreadNews<N>>>();
  #worker: Worker | undefined;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;

  constructor(kind: ThreadKind) {
    this.#kind = kind;
  }

  /** Until the news that is the last. @throws EngineError what it failed with; `cancelled` when the signal fires. */
  async *ask(question: Q, signal: AbortSignal, isLast: (news: N) => boolean): AsyncGenerator<N> {
    signal.throwIfAborted();
    const id = (this.#lastId += 1);
    const heard = new Queue<ThreadNews<N>>();
    this.#running.set(id, heard);
    let isDone = false;
    const release = onAbort(signal, () => heard.fail(new EngineError('cancelled', 'The question was left.')));
    try {
      this.#awake().postMessage({ ...question, id });
      for await (const one of heard) {
        if ('failure' in one) throw new EngineError(one.failure.code, one.failure.message);
        isDone = isLast(one.news);
        yield one.news;
        if (isDone) return;
        this.#worker?.postMessage({ kind: 'heard', id });
      }
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
    const { entry, name } = this.#kind;
    const worker = new Worker(entry, { execArgv: [], name });
    const end = (error: EngineError): void => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#fail(error);
    };
    worker.on('message', (news: ThreadNews<N>) => this.#hear(news));
    worker.on('error', (error) => end(new EngineError('internal', `The thread "${name}" failed: ${String(error)}`)));
    return worker;
  }

  #hear(news: ThreadNews<N>): void {
    this.#running.get(news.id)?.push(news);
    this.#wait();
  }

  /** Until the thread says something, or somebody asks it again. */
  #wait(): void {
    clearTimeout(this.#timer);
    const isIdle = this.#running.size === 0;
    const afterMs = isIdle ? IDLE_MS : this.#kind.stall.afterMs;
    this.#timer = setTimeout(() => this.#end(isIdle), afterMs).unref();
    if (isIdle) this.#worker?.unref();
  }

  #end(isIdle: boolean): void {
    const worker = this.#worker;
    this.#worker = undefined;
    if (isIdle) {
      worker?.postMessage({ kind: 'end' });
      return;
    }
    void worker?.terminate();
    this.#fail(this.#kind.stall.failure());
  }

  #fail(error: EngineError): void {
    for (const news of this.#running.values()) news.fail(error);
  }
}
