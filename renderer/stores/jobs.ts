import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { Job } from '#engine/contract/job.ts';

/** Long work of the engine's, running or lately ended, as it was last told. */
export interface JobsState {
  /** The newest first. */
  readonly jobs: readonly Job[];
  /** Whether the panel with them is open. */
  readonly isPanelOpen: boolean;
  readonly error: EngineError | undefined;

  readonly setPanelOpen: (isOpen: boolean) => void;
  readonly refresh: () => Promise<void>;
  readonly onJob: (job: Job) => void;
  readonly cancel: (id: string) => Promise<void>;
  readonly pause: (id: string) => Promise<void>;
  readonly resume: (id: string) => Promise<void>;
  readonly dismiss: (id: string) => Promise<void>;
  /** Takes every job that has ended off the list. */
  readonly dismissEnded: () => Promise<void>;
}

export type JobsStore = StoreApi<JobsState>;

export function createJobsStore(engine: EngineClient): JobsStore {
  return createStore<JobsState>()((set, get) => {
    const attempt = async (work: Promise<unknown>): Promise<void> => {
      try {
        await work;
        set({ error: undefined });
      } catch (thrown) {
        const error = toEngineError(thrown);
        // Someone else was quicker; that is what was wanted.
        if (error.code !== 'not-found') set({ error });
      }
    };
    const dismiss = async (id: string): Promise<void> => {
      set(({ jobs }) => ({ jobs: jobs.filter((job) => job.id !== id) }));
      await attempt(engine.call('jobs.dismiss', { id }));
    };
    return {
      jobs: [],
      isPanelOpen: false,
      error: undefined,
      setPanelOpen: (isPanelOpen) => set({ isPanelOpen }),
      refresh: () =>
        attempt(
          engine.call('jobs.list', {}).then((jobs) => {
            set({ jobs: jobs.toSorted(byNewest) });
          }),
        ),
      onJob: (job) => set(({ jobs }) => ({ jobs: withJob(jobs, job) })),
      cancel: (id) => attempt(engine.call('jobs.cancel', { id })),
      pause: (id) => attempt(engine.call('jobs.pause', { id })),
      resume: (id) => attempt(engine.call('jobs.resume', { id })),
      dismiss,
      dismissEnded: async () => {
        const ended = get().jobs.filter(({ state }) => state !== 'running' && state !== 'paused');
        await Promise.all(ended.map(({ id }) => dismiss(id)));
      },
    };
  });
}

function withJob(jobs: readonly Job[], job: Job): readonly Job[] {
  if (jobs.some(({ id }) => id === job.id)) return jobs.map((known) => (known.id === job.id ? job : known));
  return [job, ...jobs].toSorted(byNewest);
}

function byNewest(a: Job, b: Job): number {
  return b.startedAt.localeCompare(a.startedAt);
}
