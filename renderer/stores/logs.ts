import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';

import { backOffMs, type Pause, pause } from './back-off.ts';
import { LogBuffer } from './log-buffer.ts';
import { without } from './without.ts';

export type LogStatus =
  | { readonly status: 'loading' }
  | { readonly status: 'following' }
  | { readonly status: 'reconnecting'; readonly reason: string }
  /** The container has ended, and its log with it. */
  | { readonly status: 'ended' }
  | { readonly status: 'failed'; readonly error: EngineError };

export interface LogView {
  /** Grows in place: `version` says that it did. */
  readonly buffer: LogBuffer;
  readonly version: number;
  readonly status: LogStatus;
  /** Lines up to this time (Unix milliseconds) were cleared from view. */
  readonly clearedUntil: number;
}

/** The logs that someone looks at, by the container's id. */
export interface LogsState {
  readonly logs: Readonly<Record<string, LogView>>;
  /** Reads the log and follows it. @returns stops, when nobody else looks at it. */
  readonly open: (id: string) => () => void;
  readonly clear: (id: string) => void;
  /** Shows again what was cleared. */
  readonly unclear: (id: string) => void;
  readonly onEvent: (event: EngineEvent) => void;
}

export type LogsStore = StoreApi<LogsState>;

const TAIL = 10_000;
const MOST_LINES = 100_000;
/** Of those that nobody looks at any more, as many are there at once when they are looked at again. */
const KEPT_LOGS = 3;
/** How often a growing log is drawn. */
const PUBLISH_MS = 50;

interface Reader {
  readonly stop: AbortController;
  watchers: number;
}

interface Parts {
  readonly engine: EngineClient;
  readonly pause: Pause;
  readonly change: (id: string, view: Partial<LogView>) => void;
}

export function createLogsStore(engine: EngineClient, wait: Pause = pause): LogsStore {
  return createStore<LogsState>()((set, get) => {
    const readers = new Map<string, Reader>();
    const left = new LeftLogs();
    const change = (id: string, view: Partial<LogView>): void =>
      set((state) => {
        const before = state.logs[id] ?? emptyView();
        return { logs: { ...state.logs, [id]: { ...before, ...view } } };
      });
    const start = (id: string, watchers: number): void => {
      const reader = { stop: new AbortController(), watchers };
      readers.set(id, reader);
      left.remove(id);
      const { status = 'loading' } = get().logs[id]?.status ?? {};
      // What is kept is shown meanwhile; how it ended is of another reading.
      change(id, { status: { status: status === 'loading' ? status : 'following' } });
      const buffer = get().logs[id]?.buffer ?? new LogBuffer(MOST_LINES);
      void readLog({ engine, pause: wait, change }, { id, buffer, signal: reader.stop.signal });
    };
    return {
      logs: {},
      open: (id) => {
        const reader = readers.get(id);
        if (reader === undefined) start(id, 1);
        else reader.watchers += 1;
        return () => {
          const open = readers.get(id);
          if (open === undefined) return;
          open.watchers -= 1;
          if (open.watchers > 0) return;
          open.stop.abort();
          readers.delete(id);
          const gone = left.add(id);
          if (gone !== undefined) change(gone, { buffer: new LogBuffer(MOST_LINES), status: { status: 'loading' } });
        };
      },
      clear: (id) => {
        const buffer = get().logs[id]?.buffer;
        change(id, { clearedUntil: buffer?.at(buffer.end - 1)?.time ?? 0 });
      },
      unclear: (id) => change(id, { clearedUntil: 0 }),
      onEvent: ({ type, action, id }) => {
        if (type !== 'container') return;
        const reader = readers.get(id);
        if (action === 'destroy' && left.remove(id)) set(({ logs }) => ({ logs: without(logs, id) }));
        if (action !== 'start' || reader === undefined || get().logs[id]?.status.status !== 'ended') return;
        start(id, reader.watchers);
      },
    };
  });
}

/** Those that nobody looks at any more, as they were left. */
class LeftLogs {
  readonly #ids = new Set<string>();

  /** @returns which one is to be let go for it. */
  add(id: string): string | undefined {
    this.#ids.add(id);
    const [oldest] = this.#ids;
    if (this.#ids.size <= KEPT_LOGS || oldest === undefined) return undefined;
    this.#ids.delete(oldest);
    return oldest;
  }

  /** @returns whether it was among them. */
  remove(id: string): boolean {
    return this.#ids.delete(id);
  }
}

function emptyView(): LogView {
  return { buffer: new LogBuffer(MOST_LINES), version: 0, status: { status: 'loading' }, clearedUntil: 0 };
}

interface Reading {
  readonly id: string;
  readonly buffer: LogBuffer;
  readonly signal: AbortSignal;
}

/** Reads until the log ends; a lost engine is waited for, and the log read anew. */
async function readLog(parts: Parts, reading: Reading): Promise<void> {
  const { id, signal } = reading;
  for (let failures = 0; !signal.aborted;) {
    try {
      await readOnce(parts, reading, () => {
        failures = 0;
      });
      if (!signal.aborted) parts.change(id, { status: { status: 'ended' } });
      return;
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (signal.aborted) return;
      if (error.code !== 'unavailable') return parts.change(id, { status: { status: 'failed', error } });
      failures += 1;
      parts.change(id, { status: { status: 'reconnecting', reason: error.message } });
      await parts.pause(backOffMs(failures), signal);
    }
  }
}

let versions = 0;

async function readOnce(parts: Parts, { id, buffer, signal }: Reading, onItem: () => void): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const publish = (): void => {
    timer = undefined;
    versions += 1;
    if (!signal.aborted) parts.change(id, { version: versions, status: { status: 'following' } });
  };
  let isFirst = true;
  try {
    for await (const entries of parts.engine.stream('containers.logs', { id, tail: TAIL, follow: true }, signal)) {
      if (isFirst) buffer.clear();
      isFirst = false;
      onItem();
      buffer.push(entries);
      timer ??= setTimeout(publish, PUBLISH_MS);
    }
    if (isFirst) buffer.clear();
  } finally {
    if (timer !== undefined) clearTimeout(timer);
    publish();
  }
}
