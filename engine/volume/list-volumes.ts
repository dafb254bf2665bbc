import type { VolumeSummary } from '#engine/contract/volume.ts';

import { volumeData } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';
import { isAnonymous } from './volume.ts';

/** By name. */
export function listVolumes(parts: VolumeParts): VolumeSummary[] {
  return parts.table.list().map((volume) => ({
    name: volume.name,
    isAnonymous: isAnonymous(volume),
    createdAt: volume.createdAt,
    labels: volume.labels,
    directory: volumeData(parts, volume.name),
    usedBy: [...parts.usage.users(volume.name)],
  }));
}
