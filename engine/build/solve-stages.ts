import type { Stage } from '#engine/dockerfile/instruction.ts';
import { formatPlatform } from '#engine/oci/platform.ts';

import type { StepPlace } from './build-event.ts';
import type { BuildSession } from './build-session.ts';
import { StageBuilder } from './build-stage.ts';
import { stageName } from './named-source.ts';
import { neededStages, targetStage } from './stage-graph.ts';
import { refuseForeignSteps } from './stage-platforms.ts';
import type { StageState } from './stage-state.ts';

/** What one platform's stages come to. */
export interface Solved {
  readonly session: BuildSession;
  readonly state: StageState;
}

/**
 * Builds the wanted stage for each session's platform, and what it needs, side by side. When one fails the others stop, and are waited
 * for: what they hold is let go of next.
 *
 * @throws DockerfileError before any step for one that nothing on this machine can run.
 */
export async function solveAll(sessions: readonly BuildSession[]): Promise<readonly Solved[]> {
  const wanted = sessions.map((session) => {
    const { file, request } = session;
    const target = targetStage(file, request.target);
    return { session, target, needed: neededStages(file.stages, target, request.contexts) };
  });
  for (const { session, needed } of wanted) await refuseForeignSteps(session, needed);
  const places = placesOf(wanted);
  const failed = new AbortController();
  const solved = await Promise.all(
    wanted.map(async ({ session, target }, at) => {
      const own = { ...session, signal: AbortSignal.any([session.signal, failed.signal]) };
      const state = await solve(own, { target, places: places[at] ?? new Map(), failed });
      return state === undefined ? [] : [{ session, state }];
    }),
  );
  if (failed.signal.aborted) throw failed.signal.reason;
  return solved.flat();
}

interface Wanted {
  readonly target: Stage;
  readonly places: ReadonlyMap<number, StepPlace>;
  /** Fired with what goes wrong first. */
  readonly failed: AbortController;
}

/** Undefined for what has failed, or was stopped. */
async function solve(session: BuildSession, { target, places, failed }: Wanted): Promise<StageState | undefined> {
  const stages = new Map<Stage, Promise<StageState>>();
  const stageOf = (stage: Stage): Promise<StageState> => {
    const known =
      stages.get(stage) ??
      new StageBuilder(session, stage, { stageOf, placeOf: (instruction) => places.get(instruction.line) }).run();
    stages.set(stage, known);
    return known;
  };
  try {
    return await stageOf(target);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(stages.values());
    return undefined;
  }
}

/** Steps by their lines, for each platform; with several the steps of all are counted through. */
function placesOf(
  wanted: readonly { readonly session: BuildSession; readonly needed: readonly Stage[] }[],
): readonly ReadonlyMap<number, StepPlace>[] {
  const isOne = wanted.length === 1;
  const steps = wanted.map(({ session, needed }) => {
    const { platform } = session.request;
    const prefix = isOne || platform === undefined ? '' : `${formatPlatform(platform)} `;
    return needed.flatMap((stage) =>
      [stage.from, ...stage.instructions].map(({ text, line, endLine }) => ({
        stage: `${prefix}${stageName(stage)}`,
        text,
        line,
        endLine,
      })),
    );
  });
  const total = steps.flat().length;
  let number = 0;
  return steps.map(
    (own) =>
      new Map(
        own.map((step) => {
          number += 1;
          return [step.line, { ...step, number, total }];
        }),
      ),
  );
}
