import { EngineError } from '#engine/contract/errors.ts';

export interface StartFailure {
  /** Docker's: 127 for a program that isn't there, 126 for one that can't be run, 128 for anything else. */
  readonly exitCode: number;
  readonly message: string;
  readonly error: EngineError;
}

/**
 * Why a program did not start, in words that Docker's clients look for: they exit with 127 when the sentence says
 * "executable file not found", with 126 when it says "permission denied".
 */
export function startFailure(command: readonly string[], thrown: EngineError): StartFailure {
  const program = command[0] ?? '';
  if (thrown.code === 'not-found') {
    return failed(127, `exec: "${program}": executable file not found in the container. ${thrown.message}`, thrown);
  }
  if (thrown.code === 'forbidden') {
    return failed(126, `exec: "${program}": permission denied. ${thrown.message}`, thrown);
  }
  return { exitCode: 128, message: thrown.message, error: thrown };
}

function failed(exitCode: number, message: string, cause: EngineError): StartFailure {
  return { exitCode, message, error: new EngineError('invalid-argument', message, { cause }) };
}
