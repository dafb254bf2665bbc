import type { BuildRecord } from '#engine/contract/build.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { leasesOf } from '#engine/image/leases.ts';
import { letGo } from '#engine/image/release-lease.ts';

import type { BuildParts } from './build-parts.ts';
import { heldImage } from './held-image.ts';
import { holdLayers } from './patched-stage.ts';
import { findEnvironment } from './step-environment.ts';

/** A stage after one of its steps, as an image to be looked into. @throws EngineError `not-found` as a shell there would. */
export async function stepImage(
  parts: BuildParts,
  record: BuildRecord,
  step: number,
  signal: AbortSignal,
): Promise<Digest> {
  const environment = findEnvironment(parts.database, record, { step, side: 'after' });
  const lease = leasesOf(parts.images).open();
  try {
    await holdLayers(parts.images, lease, environment.layers);
    return await heldImage(parts, environment, { mark: `${record.id} ${step}`, lease, signal });
  } finally {
    await letGo(parts.images, lease);
  }
}
