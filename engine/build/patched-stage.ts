import type { BuildPatch } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import type { Lease } from '#engine/image/leases.ts';
import { usableLayer } from '#engine/image/usable-layer.ts';

import type { StepPlace } from './build-event.ts';
import type { BuildSession } from './build-session.ts';
import type { StageState } from './stage-state.ts';
import type { BuildLayer } from './store-step.ts';

/** What a step shell has made for a place in the file. */
export function patchAt(
  { request }: Pick<BuildSession, 'request'>,
  step: StepPlace | undefined,
  place: BuildPatch['place'],
): BuildPatch | undefined {
  return request.patches?.find((each) => each.stage === step?.stage && each.line === step.line && each.place === place);
}

/** The stage with a patch's layers on top, each with a row of history that tells where it is from. */
export async function patched(
  { parts, lease }: Pick<BuildSession, 'parts' | 'lease'>,
  state: StageState,
  patch: BuildPatch | undefined,
): Promise<StageState> {
  if (patch === undefined || patch.layers.length === 0) return state;
  const layers = patch.layers.map(({ diffId, ...blob }) => ({ diffId, blob }));
  await holdLayers(parts.images, lease, layers);
  const created = state.history.at(-1)?.created ?? new Date(0).toISOString();
  const rows = layers.map(() => ({ created, created_by: `changed by hand in a shell at line ${patch.line}` }));
  return { ...state, layers: [...state.layers, ...layers], history: [...state.history, ...rows] };
}

/** @throws EngineError `not-found` for layers that are gone. */
export async function holdLayers(images: ImageParts, lease: Lease, layers: readonly BuildLayer[]): Promise<void> {
  await lease.hold(...layers.flatMap(({ diffId, blob }) => [diffId, blob.digest]));
  const found = await Promise.all(
    layers.map(
      async ({ diffId, blob }) =>
        (await usableLayer(images.layers, diffId)) !== undefined &&
        (await images.blobs.stat(blob.digest)) !== undefined,
    ),
  );
  if (found.includes(false))
    throw new EngineError('not-found', 'What the step stood on was removed since; build it again.');
}
