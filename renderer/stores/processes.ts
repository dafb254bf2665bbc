import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { ContainerProcess } from '#engine/contract/process.ts';

import { type FollowStatus, followStream, SharedReaders } from './follow-stream.ts';

export interface ProcessesView {
  readonly processes: readonly ContainerProcess[];
  readonly status: FollowStatus;
  /** Why the last signal was not sent, until it is dismissed or another one is. */
  readonly failure: EngineError | undefined;
}

/** The processes of the containers that somebody looks at, by the container's id. */
export interface ProcessesState {
  readonly views: Readonly<Record<string, ProcessesView>>;
  /** @returns stops, when nobody else looks. */
  readonly open: (id: string) => () => void;
  /** @returns whether it was sent. */
  readonly signal: (id: string, process: ContainerProcess, signal: string) => Promise<boolean>;
  readonly dismissFailure: (id: string) => void;
}

export type ProcessesStore = StoreApi<ProcessesState>;

export function createProcessesStore(engine: EngineClient): ProcessesStore {
  return createStore<ProcessesState>()((set) => {
    const readers = new SharedReaders();
    const change = (id: string, view: Partial<ProcessesView>): void =>
      set(({ views }) => ({ views: { ...views, [id]: { ...(views[id] ?? emptyView), ...view } } }));
    return {
      views: {},
      open: (id) =>
        readers.open(id, (signal) => {
          const followed = {
            open: (until: AbortSignal) => engine.stream('containers.processes', { id }, until),
            onItem: (processes: ContainerProcess[]) => change(id, { processes }),
            onStatus: (status: FollowStatus) => change(id, { status }),
          };
          void followStream(followed, signal);
        }),
      signal: async (id, { pid, startedAt }, signal) => {
        change(id, { failure: undefined });
        try {
          await engine.call('containers.killProcess', { id, pid, startedAt, signal });
          return true;
        } catch (thrown) {
          change(id, { failure: toEngineError(thrown) });
          return false;
        }
      },
      dismissFailure: (id) => change(id, { failure: undefined }),
    };
  });
}

const emptyView: ProcessesView = { processes: [], status: { status: 'loading' }, failure: undefined };
