import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { StatsChunk } from '#engine/contract/stats.ts';

import { type FollowStatus, followStream, SharedReaders } from './follow-stream.ts';

export interface StatsView extends StatsChunk {
  readonly status: FollowStatus;
}

/** What the containers use that somebody looks at, by the container's id. */
export interface StatsState {
  readonly stats: Readonly<Record<string, StatsView>>;
  /** Reads the history and follows it. @returns stops, when nobody else looks at it. */
  readonly open: (id: string) => () => void;
}

export type StatsStore = StoreApi<StatsState>;

/** More than the engine tells at first: with so many it is asked again, and has made the old ones coarser by then. */
const MOST_SAMPLES = 3000;

export function createStatsStore(engine: EngineClient): StatsStore {
  return createStore<StatsState>()((set, get) => {
    const readers = new SharedReaders();
    const change = (id: string, view: Partial<StatsView>): void =>
      set(({ stats }) => ({ stats: { ...stats, [id]: { ...(stats[id] ?? emptyView), ...view } } }));
    const onItem = (id: string, chunk: StatsChunk, isFirst: boolean): void => {
      const before = isFirst ? emptyView : (get().stats[id] ?? emptyView);
      const samples = [...before.samples, ...chunk.samples];
      change(id, { ...chunk, samples, marks: [...before.marks, ...chunk.marks] });
    };
    const follow = async (id: string, signal: AbortSignal): Promise<void> => {
      let isFull = true;
      while (isFull && !signal.aborted) {
        isFull = false;
        const turn = new AbortController();
        await followStream(
          {
            open: () => engine.stream('containers.stats', { id }, AbortSignal.any([signal, turn.signal])),
            onStatus: (status) => change(id, { status }),
            onItem: (chunk, isFirst) => {
              onItem(id, chunk, isFirst);
              isFull = (get().stats[id]?.samples.length ?? 0) > MOST_SAMPLES;
              if (isFull) turn.abort();
            },
          },
          AbortSignal.any([signal, turn.signal]),
        );
      }
    };
    return {
      stats: {},
      open: (id) => readers.open(id, (signal) => void follow(id, signal)),
    };
  });
}

const emptyView: StatsView = {
  samples: [],
  marks: [],
  limits: {},
  hasNetwork: true,
  status: { status: 'loading' },
};
