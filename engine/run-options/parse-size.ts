import { EngineError } from '#engine/contract/errors.ts';

const SIZES: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3, t: 1024 ** 4 };
const SPANS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 7 * 86_400 };

/** `512m`, `5g`, `1073741824`: bytes, in Docker's spelling. @throws EngineError `invalid-argument`. */
export function parseSize(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Number(amount) * (SIZES[unit.toLowerCase()] ?? Number.NaN);
  if (Number.isSafeInteger(Math.round(bytes))) return Math.round(bytes);
  throw new EngineError('invalid-argument', `${text} is no size; write it like 512m or 5g.`);
}

/** `90m`, `12h`, `7d`: seconds. @throws EngineError `invalid-argument`. */
export function parseSpan(text: string): number {
  const [, amount, unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const seconds = Number(amount) * (SPANS[unit] ?? Number.NaN);
  if (Number.isSafeInteger(seconds)) return seconds;
  throw new EngineError('invalid-argument', `${text} is no span of time; write it like 12h or 7d.`);
}
