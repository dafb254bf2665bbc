const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units with three digits, as Docker writes sizes: `82.4MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : Number(value.toPrecision(3))}${UNITS[unit] ?? ''}`;
}

const STEPS: readonly (readonly [seconds: number, one: string, many: string])[] = [
  [365 * 86_400, 'a year', 'years'],
  [30 * 86_400, 'a month', 'months'],
  [7 * 86_400, 'a week', 'weeks'],
  [86_400, 'a day', 'days'],
  [3600, 'an hour', 'hours'],
  [60, 'a minute', 'minutes'],
];

/** `3 days ago`. @param then unix seconds. */
export function formatAge(then: number, now: number): string {
  const seconds = now - then;
  // Reproducible images are dated 1970, or not at all.
  if (then <= 0) return 'unknown';
  const step = STEPS.find(([length]) => seconds >= length);
  if (step === undefined) return 'just now';
  const [length, one, many] = step;
  const count = Math.floor(seconds / length);
  return count === 1 ? `${one} ago` : `${count} ${many} ago`;
}
