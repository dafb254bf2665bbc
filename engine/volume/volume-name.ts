import { randomBytes } from 'node:crypto';

import { EngineError } from '#engine/contract/errors.ts';

/** A directory's name has no more bytes. */
const LONGEST = 255;

/** @throws EngineError `invalid-argument`, in Docker's words, for a name that a volume can't have. */
export function checkVolumeName(name: string): void {
  if (name.length === 1) {
    throw new EngineError(
      'invalid-argument',
      'volume name is too short, names should be at least two alphanumeric characters',
    );
  }
  if (name.length > LONGEST) {
    throw new EngineError('invalid-argument', `volume name is too long, names have at most ${LONGEST} characters`);
  }
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) return;
  throw new EngineError(
    'invalid-argument',
    `create ${name}: "${name}" includes invalid characters for a local volume name, only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path`,
  );
}

/** What Docker calls a volume that nobody has named. */
export function anonymousName(): string {
  return randomBytes(32).toString('hex');
}
