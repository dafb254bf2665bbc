import type { Lease } from '#engine/image/leases.ts';

/** What a step that is carried out is given. */
export interface StepWork {
  /** Holds whatever the build has made so far. */
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly output: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
}
