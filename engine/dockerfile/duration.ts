import { DockerfileError } from './problem.ts';

const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** `1m30s`, as Go writes durations. @returns nanoseconds; undefined for what is none. */
export function durationOf(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gu)];
  if (text === '0') return 0;
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return undefined;
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (NANOSECONDS[unit] ?? 0), 0);
}

/** @returns nanoseconds. @throws DockerfileError. */
export function parseDuration(text: string): number {
  const duration = durationOf(text);
  if (duration !== undefined) return duration;
  throw new DockerfileError(`invalid duration ${JSON.stringify(text)}: write it like 30s or 1m30s`);
}
