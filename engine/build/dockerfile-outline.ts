import type { DockerfileOutline } from '#engine/contract/dockerfile.ts';
import type { Instruction, Stage } from '#engine/dockerfile/instruction.ts';
import { parseDockerfile } from '#engine/dockerfile/parse-dockerfile.ts';

import { stageName } from './named-source.ts';
import { findStage, namedStage, sourcesOf } from './stage-graph.ts';

/** What a Dockerfile is made of, as far as it can be read: one that is being written is never whole. */
export function outlineOf(text: string): DockerfileOutline {
  const { stages, instructions } = parseDockerfile(text);
  return {
    stages: stages.map((stage) => ({
      name: stageName(stage),
      image: stage.from.image,
      steps: [stage.from, ...stage.instructions].map((instruction) => ({
        text: instruction.text,
        line: instruction.line,
        endLine: instruction.endLine,
        needs: neededBy(instruction, stages, stage.index),
      })),
    })),
    variables: [...new Set(instructions.flatMap(declaredBy))],
  };
}

/** Stages of before `at` that an instruction takes something from; other names are images or contexts. */
function neededBy(instruction: Instruction, stages: readonly Stage[], at: number): number[] {
  const found =
    instruction.keyword === 'FROM'
      ? [namedStage(stages, instruction.image, at)]
      : sourcesOf(instruction).map((name) => findStage(stages, name, at));
  return [...new Set(found.flatMap((stage) => (stage === undefined ? [] : [stage.index])))];
}

function declaredBy(instruction: Instruction): readonly string[] {
  if (instruction.keyword === 'ARG') return instruction.arguments.map(({ name }) => name);
  return instruction.keyword === 'ENV' ? instruction.pairs.map(({ name }) => name) : [];
}
