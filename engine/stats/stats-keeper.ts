import { join } from 'node:path';

import { Queue } from '#engine/async/queue.ts';
import { onAbort } from '#engine/async/on-abort.ts';
import type { ContainerUsage, StatsChunk, StatsMark, StatsSample } from '#engine/contract/stats.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import { containerDir } from '#engine/container/container-dir.ts';
import type { ContainerParts } from '#engine/container/container-parts.ts';

import { readHistory, writeHistory } from './history-file.ts';
import { MeasuredContainer } from './measured-container.ts';
import { StatsHistory } from './stats-history.ts';

const TICK_MS = 1000;
/** Containers read in one tick; with more of them, each has its turn less often. */
const READ_PER_TICK = 100;
/** Without control groups each reading looks through all of /proc. */
const UNMETERED_TICKS = 5;
/** Ticks after which a history is written down, for the engine that follows a killed one. */
const TICKS_PER_SAVE = 60;
/** What a list of containers shows of each. */
const RECENT_SAMPLES = 60;
/** A reader that has so much unread has gone to sleep: what it misses it asks for again. */
const UNREAD_CHUNKS = 600;

const kinds: Readonly<Record<string, StatsMark['kind']>> = {
  start: 'start',
  pause: 'pause',
  unpause: 'unpause',
  oom: 'oom',
  die: 'die',
};

/**
 * Measures every container that runs, once a second, and remembers.
 *
 * While none runs it sleeps. A history is the container's: it goes on over stops and starts, lies beside its log, and is
 * found there by the next engine; what nobody measured is a gap in it.
 */
export class StatsKeeper implements AsyncDisposable {
  readonly #parts: ContainerParts;
  readonly #now: () => number;
  readonly #measured = new Map<string, MeasuredContainer>();
  readonly #readers = new Map<string, Set<Queue<StatsChunk>>>();
  readonly #listReaders = new Set<Queue<ContainerUsage[]>>();
  readonly #ending = new AbortController();
  /** Of the engine: containers that started before were started by another. */
  readonly #since: number;
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  #tick = 0;

  constructor(parts: ContainerParts, now: () => number = Date.now) {
    this.#parts = parts;
    this.#now = now;
    this.#since = now();
    void this.#listen();
    this.#wake();
  }

  /** What is known of one container, then each sample and mark as it comes, whether it runs or not. */
  async *watch(ref: string, signal: AbortSignal): AsyncGenerator<StatsChunk> {
    const { id } = this.#parts.table.find(ref);
    const measured = this.#measured.get(id);
    const history = measured?.history ?? this.#stored(id);
    const queue = this.#reader(id, signal);
    yield chunk(history.samples(), history.marks, measured);
    yield* queue;
  }

  /** The last minute of every container that runs, then what comes of each, once a second. */
  async *watchAll(signal: AbortSignal): AsyncGenerator<ContainerUsage[]> {
    const queue: Queue<ContainerUsage[]> = new Queue(() => this.#listReaders.delete(queue));
    this.#listReaders.add(queue);
    const forget = onAbort(signal, () => queue.end());
    try {
      yield [...this.#measured].map(([id, { history, limits }]) => ({
        id,
        samples: [...history.latest(RECENT_SAMPLES)],
        limits,
      }));
      yield* queue;
    } finally {
      forget();
      this.#listReaders.delete(queue);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    clearTimeout(this.#timer);
    await this.#ticking;
    await Promise.all([...this.#measured.keys()].map((id) => this.#save(id)));
  }

  #reader(id: string, signal: AbortSignal): Queue<StatsChunk> {
    const readers = this.#readers.get(id) ?? new Set();
    this.#readers.set(id, readers);
    const leave = (): void => {
      readers.delete(queue);
      if (readers.size === 0 && this.#readers.get(id) === readers) this.#readers.delete(id);
    };
    const queue = new Queue<StatsChunk>(leave);
    readers.add(queue);
    onAbort(signal, () => {
      leave();
      queue.end();
    });
    return queue;
  }

  async #listen(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        const events = this.#parts.events.subscribe({ signal: this.#ending.signal });
        for await (const event of events) this.#happened(event);
      } catch {
        // It fell behind and lost its place: marks may be missing, measuring goes by the table.
      }
    }
  }

  #happened({ type, action, id, time }: EngineEvent): void {
    if (type !== 'container') return;
    if (action === 'start') this.#follow();
    const kind = kinds[action];
    if (kind !== undefined) this.#mark(id, { time, kind });
    if (action === 'die') void this.#leave(id);
    if (action === 'destroy') this.#gone(id);
  }

  #mark(id: string, mark: StatsMark): void {
    const measured = this.#measured.get(id);
    if (measured === undefined) return;
    measured.history.mark(mark);
    this.#tell(id, chunk([], [mark], measured));
  }

  /** Measures those that run and aren't measured yet. */
  #follow(): void {
    for (const [id, running] of this.#parts.table.allRunning()) {
      if (this.#measured.get(id)?.running === running) continue;
      const state = this.#parts.table.get(id)?.state;
      const startedAt = state !== undefined && 'startedAt' in state ? state.startedAt : 0;
      const history = this.#measured.get(id)?.history ?? this.#stored(id);
      this.#measured.set(id, new MeasuredContainer(running, history, startedAt < this.#since ? undefined : startedAt));
    }
    this.#wake();
  }

  /** It has ended: what is known is written down, and not held any more. */
  async #leave(id: string): Promise<void> {
    const measured = this.#measured.get(id);
    if (measured === undefined || this.#parts.table.running(id) === measured.running) return;
    await this.#save(id);
    // It may run again by now.
    if (this.#measured.get(id) === measured) this.#measured.delete(id);
  }

  #gone(id: string): void {
    this.#measured.delete(id);
    for (const reader of this.#readers.get(id) ?? []) reader.end();
  }

  #wake(): void {
    if (this.#timer !== undefined || this.#ending.signal.aborted) return;
    const run = (): void => {
      this.#ticking = this.#run().finally(() => {
        this.#timer = undefined;
        if (this.#measured.size > 0) this.#wake();
      });
    };
    this.#timer = setTimeout(run, TICK_MS - (this.#now() % TICK_MS)).unref();
  }

  async #run(): Promise<void> {
    this.#follow();
    this.#tick += 1;
    const stride = Math.ceil(this.#measured.size / READ_PER_TICK);
    const news: ContainerUsage[] = [];
    for (const [index, [id, measured]] of [...this.#measured].entries()) {
      if (this.#ending.signal.aborted) return;
      if (this.#parts.table.running(id) !== measured.running) void this.#leave(id);
      const ticks = stride * (measured.isMetered ? 1 : UNMETERED_TICKS);
      if ((this.#tick + index) % ticks !== 0) continue;
      const sample = await measured.measure(this.#now);
      if (sample !== undefined) news.push(this.#measuredNow(id, measured, sample));
      if ((this.#tick + index) % (ticks * TICKS_PER_SAVE) === 0) void this.#save(id);
    }
    if (news.length > 0) for (const reader of this.#listReaders) push(reader, news);
  }

  #measuredNow(id: string, measured: MeasuredContainer, sample: StatsSample): ContainerUsage {
    this.#tell(id, chunk([sample], [], measured));
    return { id, samples: [sample], limits: measured.limits };
  }

  #tell(id: string, news: StatsChunk): void {
    for (const reader of this.#readers.get(id) ?? []) push(reader, news);
  }

  #stored(id: string): StatsHistory {
    return new StatsHistory(readHistory(this.#file(id)));
  }

  /** While nobody removes it, and only if nobody has: a file must not come into a directory that is being taken away. */
  async #save(id: string): Promise<void> {
    const measured = this.#measured.get(id);
    if (measured === undefined) return;
    await this.#parts.table.exclusively(id, async () => {
      if (this.#parts.table.get(id) === undefined) return;
      // What can't be written down is a picture; the container matters more.
      await writeHistory(this.#file(id), measured.history.store()).catch(() => undefined);
    });
  }

  #file(id: string): string {
    return join(containerDir(this.#parts, id), 'stats');
  }
}

function push<T>(reader: Queue<T>, item: T): void {
  if (reader.size < UNREAD_CHUNKS) reader.push(item);
}

function chunk(
  samples: readonly StatsSample[],
  marks: readonly StatsMark[],
  measured: MeasuredContainer | undefined,
): StatsChunk {
  return {
    samples: [...samples],
    marks: [...marks],
    limits: measured?.limits ?? {},
    hasNetwork: measured?.hasNetwork ?? true,
  };
}
