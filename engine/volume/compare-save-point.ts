import type { TreeComparison } from '#engine/contract/save-point.ts';

import { compareTrees } from './compare-trees.ts';
import { findSavePoint, pointData } from './save-point-files.ts';
import { volumeData } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';

/** What a window shows at once. */
const MOST_CHANGES = 2000;

/**
 * What has changed since a save point: until now, or until another.
 * @throws EngineError `not-found`.
 */
export async function compareSavePoint(
  parts: VolumeParts,
  volume: string,
  { from, to }: { readonly from: string; readonly to?: string | undefined },
): Promise<TreeComparison> {
  const data = async (ref: string): Promise<string> =>
    pointData(parts, volume, (await findSavePoint(parts, volume, ref)).id);
  const later = to === undefined ? volumeData(parts, volume) : await data(to);
  return compareTrees(await data(from), later, MOST_CHANGES);
}
