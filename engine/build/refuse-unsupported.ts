import type { Instruction } from '#engine/dockerfile/instruction.ts';
import type { Dockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import { errorAt, type Problem } from '#engine/dockerfile/problem.ts';

/** What this engine can't do, each at its line, before any step has run. */
export function unsupportedIn({ instructions }: Dockerfile): readonly Problem[] {
  return instructions.flatMap((instruction) => {
    const reason = reasonOf(instruction);
    return reason === undefined ? [] : [errorAt(instruction, reason)];
  });
}

function reasonOf(instruction: Instruction): string | undefined {
  return instruction.keyword === 'RUN' && instruction.security === 'insecure'
    ? 'RUN --security=insecure is not allowed here'
    : undefined;
}
