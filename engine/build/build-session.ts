import type { Dockerfile } from '#engine/dockerfile/parse-dockerfile.ts';
import type { Lease } from '#engine/image/leases.ts';

import type { BuildAside } from './build-aside.ts';
import type { Tell } from './build-event.ts';
import type { BuildParts } from './build-parts.ts';
import type { BuildRequest } from './build-request.ts';
import type { BuildScope } from './build-scope.ts';
import type { Materials } from './materials.ts';
import type { ImportedCache } from './imported-cache.ts';
import type { KeepEnvironment } from './step-environment.ts';
import type { StepVerdicts } from './step-verdicts.ts';
import type { UsedSteps } from './used-steps.ts';

/** One build while it runs: what every step of it is given. */
export interface BuildSession {
  readonly parts: BuildParts;
  readonly request: BuildRequest;
  readonly file: Dockerfile;
  readonly scope: BuildScope;
  readonly aside: BuildAside;
  readonly verdicts: StepVerdicts;
  /** What goes into the image from elsewhere, as it is found. */
  readonly materials: Materials;
  /** Holds whatever the build has made or begins from. */
  readonly lease: Lease;
  readonly signal: AbortSignal;
  /** What other machines' builds have made. */
  readonly imported: ImportedCache;
  /** What this one has used or made. */
  readonly used: UsedSteps;
  readonly tell: Tell;
  readonly keep: KeepEnvironment;
  /** Unix seconds that nothing in the image is younger than (SOURCE_DATE_EPOCH). */
  readonly epoch: number | undefined;
}
