import { createStore, type StoreApi } from 'zustand/vanilla';

import type { EngineClient } from '#engine/contract/client.ts';
import type { Params } from '#engine/contract/methods.ts';
import type { StepShell } from '#engine/contract/step-shell.ts';

/** Shells where a build's steps were. */
export interface BuildShellsState {
  /** Those that this window opened, by their containers. */
  readonly shells: Readonly<Record<string, StepShell>>;

  /** @returns the shell's container. @throws EngineError as all of these. */
  readonly open: (wish: Pick<Params<'builds.openShell'>, 'build' | 'step' | 'side'>) => Promise<string>;
  readonly close: (shell: string) => Promise<void>;
  /** @returns the id of the build that goes on from what was changed there. */
  readonly continueFrom: (shell: string) => Promise<string>;
}

export type BuildShellsStore = StoreApi<BuildShellsState>;

export function createBuildShellsStore(engine: EngineClient): BuildShellsStore {
  return createStore<BuildShellsState>()((set, get) => ({
    shells: {},
    open: async (wish) => {
      const opened = await engine.call('builds.openShell', wish);
      set({ shells: { ...get().shells, [opened.shell]: opened } });
      return opened.shell;
    },
    close: async (shell) => {
      await engine.call('builds.closeShell', { shell });
    },
    continueFrom: async (shell) => (await engine.call('builds.continue', { shell, secrets: {} })).build,
  }));
}
