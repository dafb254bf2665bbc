import { EngineError } from '#engine/contract/errors.ts';

/** @throws EngineError `invalid-argument`. */
export function parseCount(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(count)) return count;
  throw new EngineError('invalid-argument', `${text} is no number of things; write it like 0 or 100.`);
}
