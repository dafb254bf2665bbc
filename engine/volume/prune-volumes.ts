import { measureVolume } from './measure-volume.ts';
import { removeVolume } from './remove-volume.ts';
import type { VolumeParts } from './volume-parts.ts';
import type { Volume } from './volume.ts';

export interface PrunedVolumes {
  readonly names: readonly string[];
  readonly freedBytes: number;
}

/** Removes the volumes that no container has and that are wanted gone; one that is taken meanwhile stays. */
export async function pruneVolumes(parts: VolumeParts, isWanted: (volume: Volume) => boolean): Promise<PrunedVolumes> {
  const names: string[] = [];
  let freedBytes = 0;
  for (const volume of parts.table.list().filter(isWanted)) {
    const { name } = volume;
    if (parts.usage.users(name).length > 0 || parts.table.isHeld(name)) continue;
    const bytes = await measureVolume(parts, name);
    if (!(await isRemoved(parts, name))) continue;
    names.push(name);
    freedBytes += bytes;
  }
  parts.events.publish({ type: 'volume', action: 'prune', id: '', attributes: { reclaimed: String(freedBytes) } });
  return { names, freedBytes };
}

async function isRemoved(parts: VolumeParts, name: string): Promise<boolean> {
  try {
    await removeVolume(parts, name, { cause: 'pruned' });
    return true;
  } catch {
    return false;
  }
}
