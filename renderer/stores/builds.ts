import { createStore, type StoreApi } from 'zustand/vanilla';

import type { BuildRecord, BuildWish } from '#engine/contract/build.ts';
import type { EngineClient } from '#engine/contract/client.ts';
import type { DockerfileOutline, DockerfileProblem } from '#engine/contract/dockerfile.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { Job } from '#engine/contract/job.ts';

import { coalesced } from './coalesced.ts';
import type { FolderFiles } from './folder-files.ts';
import { followStream } from './follow-stream.ts';
import { sendBytes } from './send-file.ts';
import { tarOf } from './tar-stream.ts';
import { without } from './without.ts';

/** A folder's Dockerfile as it was read. */
export interface BuildSource {
  readonly dockerfile: string;
  readonly ignore?: string | undefined;
}

interface SavePlace {
  /** In the folder. */
  readonly file: string;
  readonly known: string | undefined;
}

/** Builds as the engine last told them: what is under way, and what has been. */
export interface BuildsState {
  /** Newest first, without what steps printed; undefined until the engine has answered for the first time. */
  readonly builds: readonly BuildRecord[] | undefined;
  readonly listError: EngineError | undefined;
  /** Whole, of those that were looked at. */
  readonly records: Readonly<Record<string, BuildRecord>>;
  readonly recordErrors: Readonly<Record<string, EngineError>>;

  readonly refresh: () => Promise<void>;
  /** Follows one until it has ended or the signal fires; a lost engine is waited for. */
  readonly watch: (build: string, signal: AbortSignal) => Promise<void>;
  /** @throws EngineError for whoever fills in the form to read. */
  readonly read: (folder: string, file: string) => Promise<BuildSource>;
  readonly check: (source: BuildSource) => Promise<readonly DockerfileProblem[]>;
  readonly outline: (dockerfile: string) => Promise<DockerfileOutline>;
  /** @param known what was read; undefined for a new file. @throws EngineError. */
  readonly save: (wish: Pick<BuildWish, 'folder' | 'dockerfile'> & SavePlace) => Promise<void>;
  /** @param given the folder, if it is this window's. @returns the build's id. @throws EngineError. */
  readonly start: (wish: BuildWish, given?: FolderFiles) => Promise<string>;
  /** @returns the new build's id. @throws EngineError. */
  readonly rebuild: (build: string) => Promise<string>;
  readonly onJob: (job: Job) => void;
}

export type BuildsStore = StoreApi<BuildsState>;

export function createBuildsStore(engine: EngineClient): BuildsStore {
  return createStore<BuildsState>()((set) => {
    const refresh = coalesced(async () => {
      try {
        set({ builds: await engine.call('builds.list', {}), listError: undefined });
      } catch (thrown) {
        set({ listError: toEngineError(thrown) });
      }
    });
    const states = new Map<string, Job['state']>();
    return {
      builds: undefined,
      listError: undefined,
      records: {},
      recordErrors: {},
      refresh,
      watch: (build, signal) => watchBuild({ engine, set }, build, signal),
      read: (folder, file) => engine.call('builds.read', { folder, file }),
      check: async ({ dockerfile, ignore }) => {
        const text = { text: dockerfile, ...(ignore === undefined ? {} : { ignore }) };
        return (await engine.call('dockerfiles.check', text)).problems;
      },
      outline: (dockerfile) => engine.call('dockerfiles.outline', { text: dockerfile }),
      save: async ({ folder, file, dockerfile, known }) => {
        await engine.call('builds.save', { folder, file, dockerfile, ...(known === undefined ? {} : { known }) });
      },
      start: async (wish, given) => {
        const { build } =
          given === undefined
            ? await engine.call('builds.start', wish)
            : await sendBytes(tarOf(given), engine.duplex('builds.startFrom', wish));
        await refresh();
        return build;
      },
      rebuild: async (build) => {
        const next = await engine.call('builds.rebuild', { build, secrets: {} });
        await refresh();
        return next.build;
      },
      onJob: ({ kind, id, state }) => {
        if (kind !== 'build' || states.get(id) === state) return;
        states.set(id, state);
        void refresh();
      },
    };
  });
}

interface Parts {
  readonly engine: EngineClient;
  readonly set: (change: (state: BuildsState) => Partial<BuildsState>) => void;
}

function watchBuild({ engine, set }: Parts, build: string, signal: AbortSignal): Promise<void> {
  return followStream<BuildRecord>(
    {
      open: (until) => engine.stream('builds.watch', { build }, until),
      onItem: (record) =>
        set(({ records, recordErrors }) => ({
          records: { ...records, [build]: record },
          recordErrors: without(recordErrors, build),
        })),
      onStatus: (status) => {
        if (status.status !== 'failed') return;
        set(({ recordErrors }) => ({ recordErrors: { ...recordErrors, [build]: status.error } }));
      },
    },
    signal,
  );
}
