import type { VolumeSummary } from '#engine/contract/volume.ts';

import { volumeData } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';
import { isAnonymous, type Volume } from './volume.ts';

/** By name. */
export function listVolumes(parts: VolumeParts): VolumeSummary[] {
  return parts.table.list().map((volume) => summarise(parts, volume));
}

export function summarise(parts: VolumeParts, volume: Volume): VolumeSummary {
  return {
    name: volume.name,
    isAnonymous: isAnonymous(volume),
    createdAt: volume.createdAt,
    labels: volume.labels,
    options: volume.options,
    directory: volumeData(parts, volume.name),
    usedBy: parts.usage.users(volume.name).map(({ id, name, running }) => ({ id, name, running })),
  };
}
