/**
 * Every way the engine can refuse or fail. A closed set: `server/docker` maps each to an HTTP status once,
 * `renderer/bridge` maps each to a sentence once.
 */
export const errorCodes = [
  'invalid-argument',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'not-modified',
  'too-large',
  'out-of-space',
  'corrupt',
  'unsupported',
  'unavailable',
  'cancelled',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/**
 * A failure the caller can't go on from.
 *
 * The message is one plain sentence for people: what failed, where, and what to do about it.
 */
export class EngineError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** Any thrown value as an `EngineError`; what isn't one already is `internal`. */
export function toEngineError(thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new EngineError('internal', message, { cause: thrown });
}
