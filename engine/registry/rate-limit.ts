/** What a registry lets one client do in a while. */
export interface RateLimit {
  readonly count: number;
  readonly windowSeconds: number;
}

/**
 * `100;w=21600`, as Docker Hub and others say it (`RateLimit-Limit`, IETF draft "RateLimit header fields for HTTP"). Undefined for
 * anything else.
 */
export function readRateLimit(header: string | undefined): RateLimit | undefined {
  const [, count, window] = /^\s*(\d{1,9})\s*;\s*w=(\d{1,9})\b/.exec(header ?? '') ?? [];
  if (count === undefined || window === undefined) return undefined;
  return { count: Number(count), windowSeconds: Number(window) };
}

/** `30 seconds`, `6 hours`: rounded up. */
export function durationInWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} seconds`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} minutes` : `${Math.ceil(seconds / 3600)} hours`;
}
