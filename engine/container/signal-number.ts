import { constants } from 'node:os';

import { EngineError } from '#engine/contract/errors.ts';

const numbers: Readonly<Record<string, number>> = constants.signals;

/** Bounds of real-time signals as glibc gives them to programs, signal(7). */
const SIGRTMIN = 34;
const SIGRTMAX = 64;
const REAL_TIME = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/;

/** A signal as Docker takes it: `SIGTERM`, `term`, `15`, `RTMIN+3`. @throws EngineError `invalid-argument`. */
export function signalNumber(text: string): number {
  const known = numberOf(text.trim().toUpperCase());
  if (known === undefined || known < 1 || known > SIGRTMAX) {
    throw new EngineError('invalid-argument', `Invalid signal: ${text}`);
  }
  return known;
}

export function isSignal(text: string): boolean {
  const known = numberOf(text.trim().toUpperCase());
  return known !== undefined && known >= 1 && known <= SIGRTMAX;
}

function numberOf(text: string): number | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const name = text.startsWith('SIG') ? text.slice('SIG'.length) : text;
  const realTime = REAL_TIME.exec(name);
  if (realTime === null) return Object.hasOwn(numbers, `SIG${name}`) ? numbers[`SIG${name}`] : undefined;
  const [, bound, sign, distance] = realTime;
  const offset = Number(distance ?? 0) * (sign === '-' ? -1 : 1);
  const found = (bound === 'MIN' ? SIGRTMIN : SIGRTMAX) + offset;
  return found < SIGRTMIN ? undefined : found;
}
