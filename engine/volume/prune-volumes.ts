import { publishPrune } from '#engine/events/publish-prune.ts';

import { measureVolume } from './measure-volume.ts';
import { removeVolume } from './remove-volume.ts';
import type { VolumeParts } from './volume-parts.ts';
import type { Volume } from './volume.ts';

export interface PrunedVolumes {
  readonly removed: readonly { readonly name: string; readonly trash: string }[];
  readonly freedBytes: number;
}

/** Removes the volumes that no container has and that are wanted gone; one that is taken meanwhile stays. */
export async function pruneVolumes(parts: VolumeParts, isWanted: (volume: Volume) => boolean): Promise<PrunedVolumes> {
  const removed: { name: string; trash: string }[] = [];
  let freedBytes = 0;
  for (const volume of parts.table.list().filter(isWanted)) {
    const { name } = volume;
    if (parts.usage.users(name).length > 0 || parts.table.isHeld(name)) continue;
    const bytes = await measureVolume(parts, name);
    const trash = await removeUnlessUsed(parts, name);
    if (trash === undefined) continue;
    removed.push({ name, trash });
    freedBytes += bytes;
  }
  publishPrune(parts.events, 'volume', freedBytes);
  return { removed, freedBytes };
}

async function removeUnlessUsed(parts: VolumeParts, name: string): Promise<string | undefined> {
  try {
    return (await removeVolume(parts, name, { cause: 'pruned' })).trash;
  } catch {
    return undefined;
  }
}
