import type { BuildFindings } from '#engine/contract/build-findings.ts';
import type { BuildRecord } from '#engine/contract/build.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import { whyBig } from '#engine/inspect/why-big.ts';

import type { BuildParts } from './build-parts.ts';

/** What of an image's waste and likely secrets is a build's own: what its base brings along is somebody else's. */
export async function buildFindings(
  { images, thread }: BuildParts,
  { image, steps }: BuildRecord,
  signal: AbortSignal,
): Promise<BuildFindings> {
  if (image === undefined) throw new EngineError('not-found', 'This build has made no image.');
  const { diffIds } = await resolveImage(images, image);
  const made = new Set(steps.map(({ diffId }) => diffId));
  const own = new Set([...diffIds.entries()].flatMap(([place, diffId]) => (made.has(diffId) ? [place] : [])));
  const { efficiency, secrets } = await whyBig({ images, thread }, image, signal);
  const hidden = efficiency.hidden.filter(
    ({ layers, hiddenBy }) => own.has(hiddenBy) || layers.some((at) => own.has(at)),
  );
  return {
    wastedBytes: hidden.reduce((sum, { bytes }) => sum + bytes, 0),
    hidden,
    secrets: secrets.filter((secret) => secret.in !== 'file' || own.has(secret.layer)),
  };
}
