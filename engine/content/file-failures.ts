import { EngineError } from '#engine/contract/errors.ts';

/** Of an error of Node's: ENOENT and the like (errno(3)). */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT';
}

/** A failed write in words people can act on; what is explained already stays as it is. */
export function explainWriteFailure(error: unknown, subject: string): unknown {
  if (error instanceof EngineError) return error;
  const errno = errnoOf(error);
  if (errno === 'ENOSPC' || errno === 'EDQUOT') {
    return new EngineError(
      'out-of-space',
      `the disk is full: ${subject} could not be stored; remove images or free some space, then try again`,
      { cause: error },
    );
  }
  if (errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS') {
    return new EngineError(
      'forbidden',
      `the engine may not write to its data directory: ${subject} could not be stored (${errno})`,
      { cause: error },
    );
  }
  return error;
}
