import { EngineError } from '#engine/contract/errors.ts';
import { durationOf } from '#engine/dockerfile/duration.ts';

/** @throws EngineError `invalid-argument` in words as Docker's command line has them. */
export function parseWhole(text: string): number {
  const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new EngineError('invalid-argument', `invalid argument "${text}": it is no whole number.`);
}

/** Processors as `1.5`. @returns billionths of one. @throws EngineError `invalid-argument`. */
export function parseCpus(text: string): number {
  const number = /^\d*\.?\d+$/.test(text) ? Math.round(Number(text) * 1e9) : Number.NaN;
  if (Number.isSafeInteger(number)) return number;
  throw new EngineError('invalid-argument', `invalid argument "${text}": write processors like 2 or 0.5.`);
}

/** `1m30s`, as Go writes durations. @returns nanoseconds. @throws EngineError `invalid-argument`. */
export function parseDuration(text: string): number {
  const duration = durationOf(text);
  if (duration !== undefined) return duration;
  throw new EngineError('invalid-argument', `invalid duration "${text}": write it like 30s or 1m30s.`);
}
