import type { BuildRecord } from '#engine/contract/build.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { Stage } from '#engine/dockerfile/instruction.ts';
import { parseDockerfile } from '#engine/dockerfile/parse-dockerfile.ts';

import { baseImage } from './base-image.ts';
import type { BuildRequest } from './build-request.ts';
import type { BuildSession } from './build-session.ts';
import { namedSource } from './named-source.ts';
import { readyMount } from './run-instruction.ts';
import { parseRunMount } from './run-mount.ts';
import type { SourceTree } from './source-tree.ts';
import { workdirOf, type StageState } from './stage-state.ts';
import { findEnvironment, type StepEnvironment } from './step-environment.ts';
import type { ReadyMount } from './step-mounts.ts';

/** What is still to be had of what a build was made from. */
export interface ShellSources extends Pick<BuildRequest, 'secrets'> {
  /** Looked for when a mount needs it. @throws EngineError where a client had sent it, or where it is gone. */
  readonly given: () => Promise<Pick<BuildRequest, 'context' | 'contexts'>>;
}

interface ShellWork extends Pick<BuildSession, 'parts' | 'aside' | 'lease' | 'signal'> {
  readonly record: BuildRecord;
  /** The shell's. */
  readonly step: number;
}

/** A step's mounts, and a sentence for each that can't be had. */
export async function shellMounts(
  work: ShellWork,
  environment: StepEnvironment,
  sources: ShellSources,
): Promise<{ readonly ready: readonly ReadyMount[]; readonly missing: readonly string[] }> {
  const ready: ReadyMount[] = [];
  const missing: string[] = [];
  for (const text of environment.mounts) {
    try {
      const mount = parseRunMount(text, workdirOf(environment));
      const found = await readyMount({ request: sources }, mount, (from) => treeOf(work, sources, from));
      ready.push(found);
      if (mount.type === 'secret' && found.secret === undefined)
        missing.push(`The secret ${mount.id} isn't kept: give it again.`);
    } catch (error) {
      work.signal.throwIfAborted();
      missing.push(`--mount=${text}: ${toEngineError(error).message}`);
    }
  }
  return { ready, missing };
}

async function treeOf(work: ShellWork, { given }: ShellSources, from: string | undefined): Promise<SourceTree> {
  const { parts, record } = work;
  if (from === undefined) return (await given()).context;
  const file = parseDockerfile(record.dockerfile);
  const stageOf = (stage: Stage): Promise<StepEnvironment> => {
    const line = (stage.instructions.at(-1) ?? stage.from).line;
    // Of several platforms each has its own: the one before.
    const step = record.steps.findLast((each) => each.line === line && each.number < work.step)?.number ?? 0;
    return Promise.resolve(findEnvironment(parts.database, record, { step, side: 'after' }));
  };
  // A build of a client's has no names of its own here.
  const { contexts = new Map() } = record.parameters === undefined ? {} : await given();
  const imageOf = async (name: string): Promise<StageState> =>
    (await baseImage(parts.images, name, { pull: false }, { ...work, notice: () => undefined })).state;
  const index = file.stages.length;
  return namedSource(from, { ...work, request: { contexts }, file, index, stageOf, imageOf });
}
