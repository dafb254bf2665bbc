import type { Digest } from '#engine/contract/digest.ts';
import type { ImageEfficiency, SecretPlace, WhyBig } from '#engine/contract/waste.ts';
import type { ImageParts } from '#engine/image/image-parts.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';

import type { SuspectPlace } from './inspect-task.ts';
import type { InspectThread } from './inspect-thread.ts';
import type { Suspect } from './secret-files.ts';
import { spokenSecrets } from './spoken-secrets.ts';

/** @throws EngineError `not-found` for a name that leads to no image. */
export async function efficiencyOf(
  { images, thread }: { readonly images: ImageParts; readonly thread: InspectThread },
  name: string,
  signal: AbortSignal,
): Promise<ImageEfficiency> {
  const { id, diffIds } = await resolveImage(images, name);
  return { image: id, ...(await thread.ask('efficiency', indexPaths(images.layers, diffIds), signal)) };
}

/** Everything that makes an image big, and what is in it that nobody meant to ship. */
export async function whyBig(
  { images, thread }: { readonly images: ImageParts; readonly thread: InspectThread },
  name: string,
  signal: AbortSignal,
): Promise<WhyBig> {
  const { id, diffIds, config } = await resolveImage(images, name);
  const weighed = await thread.ask('weigh', indexPaths(images.layers, diffIds), signal);
  const { suspects, efficiency, ...rest } = weighed;
  // One after the other: each layer's index is read once.
  const places: SuspectPlace[] = [];
  for (const suspect of suspects) places.push(await placeOf(images.layers, diffIds, suspect));
  const kinds = await thread.ask('secrets', places, signal);
  const inFiles = suspects.flatMap(({ path, layer, hiddenBy }, at): SecretPlace[] => {
    const kind = kinds[at];
    if (kind === undefined) return [];
    return [{ in: 'file', kind, path, layer, ...(hiddenBy === undefined ? {} : { hiddenBy }) }];
  });
  return { ...rest, efficiency: { image: id, ...efficiency }, secrets: [...spokenSecrets(config), ...inFiles] };
}

export function indexPaths(layers: LayerStore, diffIds: readonly Digest[]): string[] {
  return diffIds.map((diffId) => layers.indexPath(diffId));
}

async function placeOf(
  layers: LayerStore,
  diffIds: readonly Digest[],
  { layer, entry, rules }: Suspect,
): Promise<SuspectPlace> {
  const diffId = diffIds[layer];
  const place = diffId === undefined ? undefined : await layers.place(diffId, entry);
  return { place: place ?? { path: '', offset: 0, size: 0 }, rules };
}
