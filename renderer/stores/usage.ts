import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { ContainerUsage } from '#engine/contract/stats.ts';

import { followStream, SharedReaders } from './follow-stream.ts';

/** What every container that runs uses, of the last minute, while somebody looks at a list of them. */
export interface UsageState {
  /** By the container's id. */
  readonly usage: Readonly<Record<string, ContainerUsage>>;
  /** @returns stops, when nobody else looks. */
  readonly open: () => () => void;
}

export type UsageStore = StoreApi<UsageState>;

const KEPT_SAMPLES = 60;
/** One that was measured longer ago has ended. */
const FRESH_MS = 15_000;

export function createUsageStore(engine: EngineClient): UsageStore {
  return createStore<UsageState>()((set) => {
    const readers = new SharedReaders();
    const onItem = (news: readonly ContainerUsage[], isFirst: boolean): void =>
      set(({ usage }) => ({ usage: withNews(isFirst ? {} : usage, news) }));
    return {
      usage: {},
      open: () =>
        readers.open('', (signal) => {
          const open = (until: AbortSignal): AsyncIterable<ContainerUsage[]> =>
            engine.stream('containers.usage', {}, until);
          void followStream({ open, onItem, onStatus: () => undefined }, signal);
        }),
    };
  });
}

function withNews(
  before: UsageState['usage'],
  news: readonly ContainerUsage[],
): Readonly<Record<string, ContainerUsage>> {
  const latest = Math.max(0, ...news.map(({ samples }) => samples.at(-1)?.time ?? 0));
  const kept = Object.entries(before).filter(([, { samples }]) => latest - (samples.at(-1)?.time ?? 0) < FRESH_MS);
  const usage: Record<string, ContainerUsage> = Object.fromEntries(kept);
  for (const { id, samples, limits } of news) {
    usage[id] = { id, limits, samples: [...(usage[id]?.samples ?? []), ...samples].slice(-KEPT_SAMPLES) };
  }
  return usage;
}
