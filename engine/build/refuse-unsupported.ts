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
  if (instruction.keyword !== 'RUN') return undefined;
  const ssh = instruction.mounts.some((mount) => /(?:^|,)type=ssh(?:,|$)/.test(mount));
  if (ssh) return 'RUN --mount=type=ssh is not supported yet: give the key as a secret instead';
  return instruction.security === 'insecure' ? 'RUN --security=insecure is not allowed here' : undefined;
}
