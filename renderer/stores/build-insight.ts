import { createStore, type StoreApi } from 'zustand/vanilla';

import type { BuildFindings } from '#engine/contract/build-findings.ts';
import type { BuildComparison } from '#engine/contract/build.ts';
import type { EngineClient } from '#engine/contract/client.ts';

import { load, type Loaded } from './loaded.ts';

/** What is asked about builds that were made. */
export interface BuildInsightState {
  /** Of the two that are looked at beside each other. */
  readonly comparison: Loaded<BuildComparison> | undefined;
  /** Of builds that were looked at once they had ended. */
  readonly findings: Readonly<Record<string, BuildFindings>>;

  /** @returns leaves the question. */
  readonly compare: (before: string, now: string) => () => void;
  readonly lookForFindings: (build: string) => Promise<void>;
  /** @returns an image of what the stage was after the step. @throws EngineError. */
  readonly stepImage: (build: string, step: number) => Promise<string>;
}

export type BuildInsightStore = StoreApi<BuildInsightState>;

export function createBuildInsightStore(engine: EngineClient): BuildInsightStore {
  return createStore<BuildInsightState>()((set, get) => ({
    comparison: undefined,
    findings: {},
    compare: (before, now) => {
      const left = new AbortController();
      const ask = (): Promise<BuildComparison> => engine.call('builds.compare', { before, now }, left.signal);
      void load(ask, (comparison) => set({ comparison }), left.signal);
      return () => left.abort();
    },
    lookForFindings: async (build) => {
      // Nobody asked for it: a build whose image has gone has nothing to tell.
      const found = await engine.call('builds.findings', { build }).catch(() => undefined);
      if (found !== undefined) set({ findings: { ...get().findings, [build]: found } });
    },
    stepImage: async (build, step) => (await engine.call('builds.stepImage', { build, step })).image,
  }));
}
