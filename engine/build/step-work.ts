import type { Lease } from '#engine/image/leases.ts';

/** What a step that is carried out is given. */
export interface StepWork {
  /** Holds whatever the build has made so far. */
  readonly lease: Lease;
  readonly signal: AbortSignal;
  readonly output: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  /** Says that what is made may be of other bytes than the step's key says: it isn't kept for other builds. */
  readonly doubt: () => void;
}
