import { measureTree } from '#engine/archive/measure-tree.ts';

import { volumeData } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';

/** Bytes of the files in a volume, one with several names counted once. What goes meanwhile counts as gone. */
export async function measureVolume(parts: VolumeParts, name: string): Promise<number> {
  const { content } = await measureTree(volumeData(parts, name), new AbortController().signal);
  return content;
}
