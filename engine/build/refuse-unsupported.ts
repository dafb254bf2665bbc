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
  switch (instruction.keyword) {
    case 'RUN': {
      const ssh = instruction.mounts.some((mount) => /(?:^|,)type=ssh(?:,|$)/.test(mount));
      if (ssh) return 'RUN --mount=type=ssh is not supported yet: give the key as a secret instead';
      const env = instruction.mounts.some(
        (mount) => /(?:^|,)type=secret(?:,|$)/.test(mount) && /(?:^|,)env=/.test(mount),
      );
      if (env) return 'a secret as a variable (env=) is not supported yet: read it from its file';
      return instruction.security === 'insecure' ? 'RUN --security=insecure is not allowed here' : undefined;
    }
    case 'ADD':
      return instruction.sources.some(isGit)
        ? 'ADD of a git repository is not supported yet: clone it before, and COPY it'
        : undefined;
    case 'COPY':
    default:
      return undefined;
  }
}

function isGit(source: string): boolean {
  return /^(?:git@|git:\/\/|ssh:\/\/)/.test(source) || /^https?:\/\/[^#]+\.git(?:#|$)/.test(source);
}
