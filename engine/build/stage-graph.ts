import type { Instruction, Stage } from '#engine/dockerfile/instruction.ts';
import type { Dockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import { DockerfileError } from '#engine/dockerfile/problem.ts';

/** By its name, whatever its case, or its number; of those before `at`, the last of the name. */
export function findStage(stages: readonly Stage[], name: string, at = stages.length): Stage | undefined {
  return namedStage(stages, name, at) ?? (/^\d+$/.test(name) ? stages.slice(0, at)[Number(name)] : undefined);
}

/** What FROM may begin with: of those before `at`, the last of the name. */
export function namedStage(stages: readonly Stage[], name: string, at: number): Stage | undefined {
  return stages.slice(0, at).findLast(({ from }) => from.name?.toLowerCase() === name.toLowerCase());
}

/** The one that is asked for, or the last. @throws DockerfileError. */
export function targetStage({ stages }: Dockerfile, target: string | undefined): Stage {
  const stage = target === undefined || target === '' ? stages.at(-1) : findStage(stages, target);
  if (stage !== undefined) return stage;
  throw new DockerfileError(`target stage ${JSON.stringify(target)} could not be found`);
}

/**
 * Stages that the target needs, itself included; the others are not built. In the order of the file.
 * @param contexts names that stand for something else than stages.
 */
export function neededStages(
  stages: readonly Stage[],
  target: Stage,
  contexts: ReadonlyMap<string, unknown> = new Map(),
): readonly Stage[] {
  const needed = new Set<Stage>();
  const visit = (stage: Stage): void => {
    if (needed.has(stage)) return;
    needed.add(stage);
    for (const name of namesUsed(stage)) {
      const found = contexts.has(name) ? undefined : findStage(stages, name, stage.index);
      if (found !== undefined) visit(found);
    }
  };
  visit(target);
  return stages.filter((stage) => needed.has(stage));
}

/** Names that a stage takes something from: stages, images or contexts. */
export function namesUsed({ from, instructions }: Stage): readonly string[] {
  return [from.image, ...instructions.flatMap(sourcesOf)];
}

export function sourcesOf(instruction: Instruction): readonly string[] {
  if (instruction.keyword === 'COPY') return instruction.flags.from === undefined ? [] : [instruction.flags.from];
  if (instruction.keyword !== 'RUN') return [];
  return instruction.mounts.flatMap((mount) => /(?:^|,)from=([^,]+)/.exec(mount)?.[1] ?? []);
}
