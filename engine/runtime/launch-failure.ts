import { EngineError } from '#engine/contract/errors.ts';

/** What the launcher said when a program could not be started; `code` as in engine/launcher/die.h. */
export function launchFailure(code: number, sentence: string): EngineError {
  if (code === 127) return new EngineError('not-found', sentence);
  if (code === 126) return new EngineError('forbidden', sentence);
  return new EngineError('internal', sentence);
}
