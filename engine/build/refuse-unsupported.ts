import type { Add, Instruction, Run } from '#engine/dockerfile/instruction.ts';
import type { Dockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import { DockerfileError, errorAt, type Problem } from '#engine/dockerfile/problem.ts';

import { parseRunMount } from './run-mount.ts';

/** What this engine can't do, and values that nothing could be done with, each at its line, before any step has run. */
export function unsupportedIn({ instructions }: Dockerfile): readonly Problem[] {
  return instructions.flatMap((instruction) => {
    const reason = reasonOf(instruction);
    return reason === undefined ? [] : [errorAt(instruction, reason)];
  });
}

function reasonOf(instruction: Instruction): string | undefined {
  if (instruction.keyword === 'ADD') return wrongChecksum(instruction);
  return instruction.keyword === 'RUN' ? (wrongSecurity(instruction) ?? wrongMount(instruction)) : undefined;
}

function wrongSecurity({ security }: Run): string | undefined {
  if (security === undefined || security === 'sandbox') return undefined;
  if (security === 'insecure') return 'RUN --security=insecure is not allowed here';
  return `security ${JSON.stringify(security)} is not valid: there are sandbox and insecure`;
}

function wrongChecksum({ flags: { checksum } }: Add): string | undefined {
  if (checksum === undefined || isExpanded(checksum) || /^sha256:[0-9a-f]{64}$/.test(checksum)) return undefined;
  // Of a git repository it is a commit.
  if (/^[0-9a-f]{7,64}$/.test(checksum)) return undefined;
  return `invalid checksum ${JSON.stringify(checksum)}: write sha256: and 64 hex digits`;
}

function wrongMount({ mounts }: Run): string | undefined {
  try {
    for (const mount of mounts) if (!isExpanded(mount)) parseRunMount(mount, '/');
    return undefined;
  } catch (error) {
    if (error instanceof DockerfileError) return error.message;
    throw error;
  }
}

/** Whether what stands there is known only when its step is. */
function isExpanded(text: string): boolean {
  return text.includes('$');
}
