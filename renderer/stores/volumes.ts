import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { Params } from '#engine/contract/methods.ts';
import type { VolumeSummary } from '#engine/contract/volume.ts';

import { attempt } from './attempt.ts';
import { coalesced } from './coalesced.ts';
import { receivedBytes } from './received-bytes.ts';
import { sendFile } from './send-file.ts';

/** The volumes as the engine last told them. */
export interface VolumesState {
  /** Undefined until the engine has answered for the first time. */
  readonly volumes: readonly VolumeSummary[] | undefined;
  readonly listError: EngineError | undefined;
  /** Bytes by name, of those that have been measured. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The last removal that failed, until it is dismissed or another one is tried. */
  readonly failure: { readonly name: string; readonly error: EngineError } | undefined;

  readonly refresh: () => Promise<void>;
  /** Measures them all anew, one after the other: the machine's disk has other work. */
  readonly measure: () => Promise<void>;
  /** @throws EngineError for whoever fills in the form to read. */
  readonly create: (request: Params<'volumes.create'>) => Promise<VolumeSummary>;
  /** @param point what a save point held, instead of what is there now. @throws EngineError */
  readonly clone: (request: Params<'volumes.clone'>) => Promise<VolumeSummary>;
  /** A new volume of what a tar holds. @throws EngineError */
  readonly importTar: (name: string, file: File) => Promise<VolumeSummary>;
  /** The bytes of a tar of what it holds. @throws EngineError while they are read. */
  readonly exportTar: (name: string) => AsyncIterable<Uint8Array>;
  /** Into the trash: what nobody uses. @returns how many, and their bytes. @throws EngineError */
  readonly prune: (all: boolean) => Promise<{ readonly count: number; readonly bytes: number }>;
  /** @returns the trash's entry of what is gone; why not is in `failure`. */
  readonly remove: (name: string) => Promise<string | undefined>;
  readonly dismissFailure: () => void;
  readonly onEvent: (event: EngineEvent) => void;
}

export type VolumesStore = StoreApi<VolumesState>;

export function createVolumesStore(engine: EngineClient): VolumesStore {
  return createStore<VolumesState>()((set, get) => {
    const refresh = coalesced(async () => {
      try {
        set({ volumes: await engine.call('volumes.list', {}), listError: undefined });
      } catch (thrown) {
        set({ listError: toEngineError(thrown) });
      }
    });
    const measure = coalesced(async () => {
      await refresh();
      for (const { name } of get().volumes ?? []) {
        // One that is gone by now has no size, and leaves the list by itself.
        const answer = await engine.call('volumes.measure', { name }).catch(() => undefined);
        if (answer !== undefined) set(({ sizes }) => ({ sizes: { ...sizes, [name]: answer.bytes } }));
      }
    });
    return {
      volumes: undefined,
      listError: undefined,
      sizes: {},
      failure: undefined,
      refresh,
      measure,
      ...makers(engine, refresh),
      remove: (name) => {
        const tell = (error: EngineError | undefined): void =>
          set({ failure: error === undefined ? undefined : { name, error } });
        return attempt({ tell, refresh }, async () => (await engine.call('volumes.remove', { name })).trash);
      },
      dismissFailure: () => set({ failure: undefined }),
      onEvent: ({ type, action }) => {
        if (type === 'volume' || (type === 'container' && ['create', 'destroy', 'rename'].includes(action))) {
          void refresh();
        }
      },
    };
  });
}

type Makers = Pick<VolumesState, 'create' | 'clone' | 'importTar' | 'exportTar' | 'prune'>;

/** What makes volumes, and takes many away: whoever asks reads why it was not done. */
function makers(engine: EngineClient, refresh: () => Promise<void>): Makers {
  return {
    create: async (request) => {
      const made = await engine.call('volumes.create', request);
      await refresh();
      return made;
    },
    clone: async (request) => {
      const made = await engine.call('volumes.clone', request);
      await refresh();
      return made;
    },
    importTar: async (name, file) => {
      const made = await sendFile(file, engine.duplex('volumes.import', { name }));
      await refresh();
      return made;
    },
    exportTar: (name) => receivedBytes(() => engine.duplex('volumes.export', { name })),
    prune: async (all) => {
      const { removed, freedBytes } = await engine.call('volumes.prune', { all });
      await refresh();
      return { count: removed.length, bytes: freedBytes };
    },
  };
}
