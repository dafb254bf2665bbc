import { z } from 'zod';

import type { BuildRecord } from '#engine/contract/build.ts';
import { digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { ShellSide } from '#engine/contract/step-shell.ts';
import type { Instruction } from '#engine/dockerfile/instruction.ts';
import type { Database } from '#engine/metadata/database.ts';

import type { StepPlace } from './build-event.ts';
import type { BuildSession } from './build-session.ts';
import { expanderOf } from './config-instruction.ts';
import type { StageState } from './stage-state.ts';

/** What a step is surrounded by: enough for a shell to be where it was. */
export const stepEnvironment = z.object({
  /** The image's config so far. */
  document: z.record(z.string(), z.unknown()),
  layers: z.array(z.object({ diffId: digest, blob: z.object({ digest, size: z.int(), mediaType: z.string() }) })),
  history: z.array(z.record(z.string(), z.unknown())),
  /** `NAME=value`: what RUN would see beside the config's own. */
  env: z.array(z.string()),
  /** `--mount` of a RUN, its variables resolved. */
  mounts: z.array(z.string()),
  network: z.string(),
  extraHosts: z.array(z.string()),
  memoryBytes: z.number(),
  shmSizeBytes: z.number(),
});
export type StepEnvironment = z.infer<typeof stepEnvironment>;

/** Keeps what a step stood on, or has left. */
export type KeepEnvironment = (step: StepPlace, side: ShellSide, environment: StepEnvironment) => void;

export function environmentOf(
  { request, scope, file }: Pick<BuildSession, 'request' | 'scope' | 'file'>,
  state: StageState,
  instruction: Instruction,
): StepEnvironment {
  const { extraHosts, memoryBytes, shmSizeBytes } = request;
  const expander = expanderOf(state, file.directives.escape);
  const isRun = instruction.keyword === 'RUN';
  return {
    document: state.document,
    layers: [...state.layers],
    history: state.history.map((row) => ({ ...row })),
    env: [...scope.runVariables(state)].map(([name, value]) => `${name}=${value}`),
    mounts: isRun ? instruction.mounts.map((text) => expander(text).text) : [],
    network: networkOf(request, instruction),
    extraHosts: [...extraHosts],
    memoryBytes,
    shmSizeBytes,
  };
}

/** What a step says of it, or else what the build does. */
export function networkOf({ network }: Pick<BuildSession['request'], 'network'>, instruction: Instruction): string {
  const own = instruction.keyword === 'RUN' ? instruction.network : undefined;
  return own === undefined || own === 'default' ? network : own;
}

/** @throws EngineError `not-found` for a step that the build didn't come to, or a side that there isn't. */
export function findEnvironment(
  database: Database,
  { id, steps }: BuildRecord,
  { step, side }: { readonly step: number; readonly side: ShellSide },
): StepEnvironment {
  const own = read(database, { id, step, side });
  if (own !== undefined) return own;
  const stage = steps.find(({ number }) => number === step)?.stage;
  const next = steps.find((each) => each.number > step && each.stage === stage)?.number;
  const after =
    next === undefined || side === 'before' ? undefined : read(database, { id, step: next, side: 'before' });
  if (after === undefined) throw new EngineError('not-found', `There is nothing ${side} step ${step} of this build.`);
  // What comes after has the step's files, and the step's mounts and network are still the step's.
  const { mounts = [], network = after.network } = read(database, { id, step, side: 'before' }) ?? {};
  return { ...after, mounts, network };
}

function read(
  database: Database,
  { id, step, side }: { readonly id: string; readonly step: number; readonly side: ShellSide },
): StepEnvironment | undefined {
  const row = database
    .prepare('SELECT environment FROM step_environments WHERE build = ? AND step = ? AND side = ?')
    .get(id, step, side);
  return row === undefined ? undefined : stepEnvironment.parse(JSON.parse(String(row['environment'])));
}
