import { EngineError } from '#engine/contract/errors.ts';

/** Of a program that could not be started: `not-found` and `forbidden` are about the program itself, and nothing else. */
export class LaunchFailure extends EngineError {}

/** What the launcher said when a program could not be started; `code` as in engine/launcher/die.h. */
export function launchFailure(code: number, sentence: string): LaunchFailure {
  if (code === 127) return new LaunchFailure('not-found', sentence);
  if (code === 126) return new LaunchFailure('forbidden', sentence);
  return new LaunchFailure('internal', sentence);
}
