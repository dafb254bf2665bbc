import { readFile } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';

/** A file that an option named. @throws EngineError `not-found`. */
export function readTextFile(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new EngineError('not-found', `${path} can't be read.`, { cause });
  });
}
