import type { FileHandle } from 'node:fs/promises';

import { LogGrowth } from './log-growth.ts';
import { LogIndex, type LogRecord } from './log-index.ts';
import { listSegments, openSegment, type LogSegment } from './log-segments.ts';
import { findTail, type LogPlace } from './log-tail.ts';
import type { LogChunk, LogOptions } from './runtime.ts';
import { ShimClient, type KeptLog } from './shim-client.ts';

/** Bytes of neighbouring chunks that are read at once, about. */
const READ = 1024 * 1024;

/**
 * The log of a bundle, as the shim writes it (engine/launcher/log.h). A bundle that never started has an empty one.
 *
 * While it is read, the shim keeps what isn't read yet; whoever is too slow even so is told how much is gone.
 */
export async function* readContainerLog(bundle: string, options: LogOptions): AsyncGenerator<LogChunk> {
  using kept = await keepLog(bundle);
  const segments = await listSegments(bundle);
  const [oldest] = segments;
  if (oldest === undefined) return;
  const { tailLines } = options;
  const tail = tailLines === undefined ? undefined : await findTail(bundle, segments, tailLines);
  const reader = new LogReader(bundle, options, { kept, last: await endOf(bundle, segments) });
  options.onPlaced?.();
  // Of who asks for the last lines, and there are so many, nothing is missed.
  yield* tail === undefined ? reader.read({ segment: oldest, offset: 0 }, 0) : reader.read(tail);
}

/** Nobody rotates the log of a container that doesn't run. */
function keepLog(bundle: string): Promise<KeptLog | undefined> {
  return new ShimClient(bundle).keepLog().catch(() => undefined);
}

/** Where an index ends now. */
async function endOf(bundle: string, segments: readonly number[]): Promise<LogPlace> {
  const newest = segments.at(-1) ?? 0;
  await using segment = await openSegment(bundle, newest);
  return { segment: newest, offset: segment === undefined ? 0 : (await segment.index.stat()).size };
}

class LogReader {
  readonly #bundle: string;
  readonly #options: LogOptions;
  readonly #kept: KeptLog | undefined;
  /** Who doesn't follow reads up to here, however fast the log grows. */
  readonly #last: LogPlace;
  /** How much of the log has been told, or is missed; undefined where that is nobody's question. */
  #told: number | undefined;
  #missed = 0;
  #isOver = false;

  constructor(
    bundle: string,
    options: LogOptions,
    { kept, last }: { readonly kept: KeptLog | undefined; readonly last: LogPlace },
  ) {
    this.#bundle = bundle;
    this.#options = options;
    this.#kept = kept;
    this.#last = last;
  }

  async *read(start: LogPlace, told?: number): AsyncGenerator<LogChunk> {
    const { follow, signal } = this.#options;
    await using news = follow ? new LogGrowth(this.#bundle, signal) : undefined;
    this.#told = told;
    for (let place: LogPlace | undefined = start; place !== undefined; place = await this.#after(place)) {
      this.#kept?.from(place.segment);
      await using segment = await openSegment(this.#bundle, place.segment);
      if (segment !== undefined) yield* this.#readSegment(segment, place, news);
      if (this.#isOver) return;
    }
  }

  async *#readSegment(segment: LogSegment, start: LogPlace, news: LogGrowth | undefined): AsyncGenerator<LogChunk> {
    const { before = this.#told ?? 0 } = segment;
    const index = new LogIndex(segment.index, this.#limitOf(segment));
    if (this.#told !== undefined) this.#missed += Math.max(0, before - this.#told);
    for (let isWhole = false; !isWhole && !this.#isOver;) {
      // Once there is another, nothing more comes into this one.
      isWhole = (await this.#after(start)) !== undefined;
      for await (const records of index.rest()) yield* this.#chunksOf(segment, records, start);
      this.#isOver ||= !isWhole && (index.hasEnded || (await news?.next()) !== true);
    }
    this.#told = before + index.length;
  }

  #limitOf({ number }: LogSegment): number {
    return !this.#options.follow && number === this.#last.segment ? this.#last.offset : Infinity;
  }

  async #after({ segment }: LogPlace): Promise<LogPlace | undefined> {
    if (!this.#options.follow && segment >= this.#last.segment) return undefined;
    const next = (await listSegments(this.#bundle)).find((number) => number > segment);
    return next === undefined ? undefined : { segment: next, offset: 0 };
  }

  async *#chunksOf({ bytes }: LogSegment, records: readonly LogRecord[], start: LogPlace): AsyncGenerator<LogChunk> {
    const { since = 0, until = Infinity, signal } = this.#options;
    const end = records.findIndex(({ time }) => time > until);
    const wanted = (end < 0 ? records : records.slice(0, end)).filter(
      ({ from, to, time }) => to > Math.max(from, start.offset) && time >= since,
    );
    for await (const chunk of chunksOf(bytes, wanted, start.offset)) {
      if (signal?.aborted === true) break;
      const missedBytes = this.#missed + (chunk.missedBytes ?? 0);
      yield missedBytes > 0 ? { ...chunk, missedBytes } : chunk;
      this.#missed = 0;
    }
    this.#isOver ||= end >= 0 || signal?.aborted === true;
  }
}

/** The records' bytes from `start` on. Many are read at once: a chunk may be a few bytes. */
async function* chunksOf(bytes: FileHandle, records: readonly LogRecord[], start: number): AsyncGenerator<LogChunk> {
  for (const run of runsOf(records)) {
    const first = Math.max(run[0]?.from ?? 0, start);
    const buffer = Buffer.allocUnsafe((run.at(-1)?.to ?? first) - first);
    const { bytesRead } = await bytes.read(buffer, 0, buffer.length, first);
    const there = buffer.subarray(0, bytesRead);
    for (const { time, stream, from, to, lostBytes } of run) {
      const piece = there.subarray(Math.max(from, start) - first, to - first);
      // What was lost before the place that is asked for is nobody's question.
      const isMissed = lostBytes !== undefined && from >= start;
      yield { stream, time, bytes: piece, ...(isMissed ? { missedBytes: lostBytes } : {}) };
    }
  }
}

function* runsOf(records: readonly LogRecord[]): Generator<readonly LogRecord[]> {
  let run: LogRecord[] = [];
  for (const record of records) {
    const [first] = run;
    if (first !== undefined && record.to - first.from > READ) {
      yield run;
      run = [];
    }
    run.push(record);
  }
  if (run.length > 0) yield run;
}
