const UNITS = ['', 'k', 'm', 'g', 't'] as const;
const STEP = 1024;
const FORM = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i;

/**
 * Bytes of `512m`, `1.5 GiB` or a bare number, as Docker's `--memory` reads them: in steps of 1024
 * (github.com/docker/go-units, `RAMInBytes`).
 */
export function parseMemory(text: string): number | undefined {
  const match = FORM.exec(text.trim());
  if (match === null) return undefined;
  const power = UNITS.findIndex((unit) => unit === match[2]?.toLowerCase());
  const bytes = Math.trunc(Number(match[1]) * STEP ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** In the largest unit that leaves a whole number: `512m`. */
export function memoryOption(bytes: number): string {
  const power = UNITS.findLastIndex((_, index) => bytes % STEP ** index === 0);
  return `${bytes / STEP ** power}${UNITS[power] ?? ''}`;
}
