import type { VolumeSummary } from '#engine/contract/volume.ts';

/** Its name; of one that nobody named, as much of it as tells it from others. */
export function volumeLabel({ name, isAnonymous }: Pick<VolumeSummary, 'name' | 'isAnonymous'>): string {
  return isAnonymous ? name.slice(0, 12) : name;
}
