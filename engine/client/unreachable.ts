import { EngineError } from '#engine/contract/errors.ts';

/** Why a socket can't be spoken to, for people: `forbidden` where this user may not, `unavailable` otherwise. */
export function unreachable(error: Error, socketPath: string): EngineError {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') {
    return new EngineError(
      'forbidden',
      `This user may not use the engine at ${socketPath}; ask its owner for access to the socket, or start an engine of your own.`,
      { cause: error },
    );
  }
  const reason = code === 'ENOENT' || code === 'ECONNREFUSED' ? 'nobody listens there' : error.message;
  return new EngineError('unavailable', `No engine answers at ${socketPath}: ${reason}.`, { cause: error });
}
