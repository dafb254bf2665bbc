import { type Language, useLanguage } from './language.ts';

/** Numbers, sizes and times as the language writes them. */
export interface Format {
  /** `1.2 MB`; in steps of 1000, as Docker and disks count. */
  readonly bytes: (bytes: number) => string;
  /** `+1.2 MB`, `−3 kB`, `±0 B`. */
  readonly bytesDelta: (bytes: number) => string;
  /** `1.2 MB/s`. */
  readonly rate: (bytesPerSecond: number) => string;
  readonly count: (value: number) => string;
  /** From a share between 0 and 1. */
  readonly percent: (share: number) => string;
  /** `1.2 s`, `40 ms`; from milliseconds. */
  readonly seconds: (milliseconds: number) => string;
  /** Date and time, from Unix milliseconds. */
  readonly dateTime: (time: number) => string;
  /** Time of the day with seconds, from Unix milliseconds. */
  readonly clock: (time: number) => string;
  /** `3 hours ago`, from Unix milliseconds. */
  readonly ago: (time: number, now?: number) => string;
  /** `a, b and c`. */
  readonly list: (items: readonly string[]) => string;
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;
const NO_BREAK_SPACE = '\u00a0';

const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

export function createFormat(language: Language): Format {
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const precise = new Intl.NumberFormat(language, { maximumSignificantDigits: 3 });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium', hourCycle: 'h23' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const list = new Intl.ListFormat(language, { type: 'conjunction' });
  const bytes = (value: number): string => {
    const { amount, unit } = scaled(value);
    return (amount >= 100 ? whole : precise).format(amount) + NO_BREAK_SPACE + unit;
  };
  return {
    bytes,
    bytesDelta: (value) => signOf(value) + bytes(Math.abs(value)),
    rate: (value) => `${bytes(Math.round(value))}/s`,
    count: (value) => whole.format(value),
    percent: (share) => percent.format(share),
    // Beneath a tenth of a second the tenths would say nothing.
    seconds: (milliseconds) =>
      milliseconds < 99.5
        ? `${whole.format(milliseconds)}${NO_BREAK_SPACE}ms`
        : `${tenths.format(milliseconds / 1000)}${NO_BREAK_SPACE}s`,
    dateTime: (time) => dateTime.format(time),
    clock: (time) => clock.format(time),
    ago: (time, now = Date.now()) => relativeAge(relative, (time - now) / 1000),
    list: (items) => list.format(items),
  };
}

function scaled(bytes: number): { readonly amount: number; readonly unit: string } {
  let amount = bytes;
  let step = 0;
  // 999.5 would be written as 1000.
  while (amount >= 999.5 && step < BYTE_UNITS.length - 1) {
    amount /= 1000;
    step += 1;
  }
  return { amount, unit: BYTE_UNITS[step] ?? 'B' };
}

function signOf(value: number): string {
  if (value === 0) return '±';
  return value > 0 ? '+' : '−';
}

function relativeAge(relative: Intl.RelativeTimeFormat, seconds: number): string {
  for (const [unit, length] of AGES) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(Math.min(0, Math.trunc(seconds)), 'second');
}

const formats: Partial<Record<Language, Format>> = {};

export function formatOf(language: Language): Format {
  return (formats[language] ??= createFormat(language));
}

export function useFormat(): Format {
  return formatOf(useLanguage());
}
