import { HeldDirectory } from '#engine/archive/held-directory.ts';

import type { ContainerParts } from './container-parts.ts';

/** Of the files in its read-write layer. */
export async function ownBytes(parts: ContainerParts, id: string): Promise<number> {
  try {
    await using own = await HeldDirectory.open(parts.snapshots.upperDir(id));
    return await bytesIn(own);
  } catch {
    // What can't be measured can still be removed.
    return 0;
  }
}

async function bytesIn(directory: HeldDirectory): Promise<number> {
  let bytes = 0;
  for (const name of await directory.names()) {
    const stats = await directory.stat(name);
    if (stats?.isFile() === true) bytes += Number(stats.size);
    if (stats?.isDirectory() !== true) continue;
    await using inside = await directory.enter(name);
    bytes += await bytesIn(inside);
  }
  return bytes;
}
