/** How much had moved at a moment: milliseconds, bytes. */
export interface Sample {
  readonly at: number;
  readonly bytes: number;
}

const WINDOW_MS = 6000;
const LEAST_MS = 800;

/** With one more; what is older than a few seconds says nothing of now. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const last = samples.at(-1);
  // Begun anew, after a pause or an attempt that failed.
  const known = last !== undefined && sample.bytes < last.bytes ? [] : samples;
  return [...known.filter(({ at }) => sample.at - at <= WINDOW_MS), sample];
}

/** Bytes a second; undefined while nobody can tell. */
export function rateOf(samples: readonly Sample[]): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < LEAST_MS) return undefined;
  return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
}

/** How long it takes yet, in the largest unit that says it. */
export function timeLeft(
  bytes: number,
  rate: number,
): { readonly unit: 'seconds' | 'minutes' | 'hours'; readonly count: number } {
  const seconds = Math.max(1, Math.ceil(bytes / rate));
  if (seconds < 60) return { unit: 'seconds', count: seconds };
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? { unit: 'minutes', count: minutes } : { unit: 'hours', count: Math.round(minutes / 60) };
}
