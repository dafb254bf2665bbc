import { EngineError } from '#engine/contract/errors.ts';
import { LaunchFailure } from '#engine/runtime/launch-failure.ts';

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
export function startFailure(thrown: EngineError): StartFailure {
  // Of a volume or a network that isn't there any more the program is not to be blamed.
  const code = thrown instanceof LaunchFailure ? thrown.code : 'internal';
  if (code === 'not-found') {
    const words = /executable file not found|no such file or directory/;
    const found = words.test(thrown.message) ? '' : ': executable file not found in the container';
    return failed(127, `${thrown.message}${found}`, thrown);
  }
  if (code === 'forbidden') {
    const said = /permission denied/.test(thrown.message) ? '' : ': permission denied';
    return failed(126, `${thrown.message}${said}`, thrown);
  }
  return { exitCode: 128, message: thrown.message, error: thrown };
}

function failed(exitCode: number, message: string, cause: EngineError): StartFailure {
  return { exitCode, message, error: new EngineError('invalid-argument', message, { cause }) };
}
