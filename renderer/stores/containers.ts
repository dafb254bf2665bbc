import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { ContainerCreate, ContainerDetails, ContainerSummary } from '#engine/contract/container.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { type EngineError, toEngineError } from '#engine/contract/errors.ts';
import type { EngineEvent } from '#engine/contract/event.ts';
import type { Params } from '#engine/contract/methods.ts';

import { coalesced } from './coalesced.ts';
import { without } from './without.ts';

export type ContainerAction = 'start' | 'stop' | 'restart' | 'pause' | 'unpause' | 'kill' | 'remove';

export interface ContainerFailure {
  readonly action: ContainerAction;
  readonly error: EngineError;
}

type ById<T> = Readonly<Record<string, T>>;

/** The containers as the engine last told them, and what is being done to them from this window. */
export interface ContainersState {
  /** Running or not; undefined until the engine has answered for the first time. */
  readonly containers: readonly ContainerSummary[] | undefined;
  /** Why the list could not be had; what is shown may then be old. */
  readonly listError: EngineError | undefined;
  /** By the id or name that was followed. */
  readonly details: ById<ContainerDetails>;
  readonly detailErrors: ById<EngineError>;
  readonly pending: ById<ContainerAction>;
  /** The last action that failed, by container, until it is dismissed or another one is tried. */
  readonly failures: ById<ContainerFailure>;

  readonly refresh: () => Promise<void>;
  /** Loads the details of a container and keeps them fresh. @returns stops following. */
  readonly follow: (id: string) => () => void;
  readonly refreshDetails: (id: string) => Promise<void>;
  /** Does it to each; failures are kept in `failures`. */
  readonly act: (action: Exclude<ContainerAction, 'remove'>, ids: readonly string[]) => Promise<void>;
  /** @throws EngineError for whoever types the name to read. */
  readonly rename: (id: string, name: string) => Promise<void>;
  /** Other limits, at once. @throws EngineError */
  readonly update: (id: string, changes: Omit<Params<'containers.update'>, 'id'>) => Promise<void>;
  /** An image of it as it stands. @returns the image's id. @throws EngineError */
  readonly commit: (id: string, words: Omit<Params<'containers.commit'>, 'id'>) => Promise<Digest>;
  /** @returns the trash's entries of those that are gone; why others aren't is in `failures`. */
  readonly remove: (ids: readonly string[]) => Promise<readonly string[]>;
  readonly dismissFailure: (id: string) => void;
  /**
   * Creates and starts. All or nothing: a container that does not start is removed again.
   * @returns its id. @throws EngineError
   */
  readonly run: (request: ContainerCreate) => Promise<string>;
  readonly onEvent: (event: EngineEvent) => void;
}

export type ContainersStore = StoreApi<ContainersState>;

export function createContainersStore(engine: EngineClient): ContainersStore {
  return createStore<ContainersState>()((set, get) => {
    const followers = new Map<string, number>();
    const refresh = coalesced(async () => {
      try {
        set({ containers: await engine.call('containers.list', { all: true }), listError: undefined });
      } catch (thrown) {
        set({ listError: toEngineError(thrown) });
      }
    });
    const refreshers = new Map<string, () => Promise<void>>();
    const refreshDetails = (id: string): Promise<void> => {
      const known = refreshers.get(id) ?? coalesced(() => loadDetails({ engine, set }, id));
      refreshers.set(id, known);
      return known();
    };
    return {
      containers: undefined,
      listError: undefined,
      details: {},
      detailErrors: {},
      pending: {},
      failures: {},
      refresh,
      refreshDetails,
      follow: (id) => {
        followers.set(id, (followers.get(id) ?? 0) + 1);
        void refreshDetails(id);
        return () => {
          const left = (followers.get(id) ?? 1) - 1;
          if (left > 0) followers.set(id, left);
          else followers.delete(id);
        };
      },
      act: async (action, ids) => {
        await Promise.all(ids.map((id) => attempt(set, { action, id }, () => callAction(engine, action, id))));
        await refresh();
      },
      ...changers(engine, { refresh, refreshDetails }),
      remove: async (ids) => {
        const remove = (id: string) => () => engine.call('containers.remove', { id, force: true });
        const gone = await Promise.all(ids.map((id) => attempt(set, { action: 'remove', id }, remove(id))));
        await refresh();
        return gone.flatMap((removed) => (removed === undefined ? [] : [removed.trash]));
      },
      dismissFailure: (id) => set((state) => ({ failures: without(state.failures, id) })),
      run: (request) => runContainer(engine, request),
      onEvent: (event) => {
        if (event.type !== 'container') return;
        // Sessions are in the description of a container, and in no list; health checks are some every second.
        if (!event.action.startsWith('exec_')) void refresh();
        for (const id of followers.keys()) {
          if (isAbout(event, id, get())) void refreshDetails(id);
        }
      },
    };
  });
}

/** What a dialog asks for, and says itself why it can't be. */
function changers(
  engine: EngineClient,
  { refresh, refreshDetails }: Pick<ContainersState, 'refresh' | 'refreshDetails'>,
): Pick<ContainersState, 'rename' | 'update' | 'commit'> {
  return {
    rename: async (id, name) => {
      await engine.call('containers.rename', { id, name });
      await refresh();
    },
    update: async (id, changes) => {
      await engine.call('containers.update', { ...changes, id });
      await refreshDetails(id);
    },
    commit: async (id, words) => (await engine.call('containers.commit', { ...words, id })).image,
  };
}

interface Parts {
  readonly engine: EngineClient;
  readonly set: (change: (state: ContainersState) => Partial<ContainersState>) => void;
}

async function loadDetails({ engine, set }: Parts, id: string): Promise<void> {
  try {
    const details = await engine.call('containers.get', { id });
    set((state) => ({
      details: { ...state.details, [id]: details },
      detailErrors: without(state.detailErrors, id),
    }));
  } catch (thrown) {
    const error = toEngineError(thrown);
    set((state) => ({
      // Of a container that is gone nothing is true any more; of an engine that is away everything may still be.
      details: error.code === 'not-found' ? without(state.details, id) : state.details,
      detailErrors: { ...state.detailErrors, [id]: error },
    }));
  }
}

/** Tries it, and keeps why it failed. @returns what it answered. */
async function attempt<T>(
  set: Parts['set'],
  { action, id }: { readonly action: ContainerAction; readonly id: string },
  work: () => Promise<T>,
): Promise<T | undefined> {
  set((state) => ({ pending: { ...state.pending, [id]: action }, failures: without(state.failures, id) }));
  try {
    return await work();
  } catch (thrown) {
    const error = toEngineError(thrown);
    // Docker's 304: it already is as it was asked to be.
    if (error.code !== 'not-modified') {
      set((state) => ({ failures: { ...state.failures, [id]: { action, error } } }));
    }
    return undefined;
  } finally {
    set((state) => ({ pending: without(state.pending, id) }));
  }
}

async function callAction(engine: EngineClient, action: Exclude<ContainerAction, 'remove'>, id: string): Promise<void> {
  switch (action) {
    case 'start':
      await engine.call('containers.start', { id });
      return;
    case 'stop':
      await engine.call('containers.stop', { id });
      return;
    case 'restart':
      await engine.call('containers.restart', { id });
      return;
    case 'pause':
      await engine.call('containers.pause', { id });
      return;
    case 'unpause':
      await engine.call('containers.unpause', { id });
      return;
    case 'kill':
      await engine.call('containers.kill', { id });
  }
}

async function runContainer(engine: EngineClient, request: ContainerCreate): Promise<string> {
  const { id } = await engine.call('containers.create', request);
  try {
    await engine.call('containers.start', { id });
  } catch (thrown) {
    // Where the answer was lost it may run by now.
    if (toEngineError(thrown).code !== 'unavailable') await forget(engine, id).catch(() => undefined);
    throw thrown;
  }
  return id;
}

function isAbout(event: EngineEvent, id: string, state: ContainersState): boolean {
  return event.id === id || event.id === state.details[id]?.summary.Id || event.attributes['name'] === id;
}

/** What never ran is nothing to keep. */
async function forget(engine: EngineClient, id: string): Promise<void> {
  const { trash } = await engine.call('containers.remove', { id, force: true });
  await engine.call('trash.remove', { id: trash });
}
