import { HeldDirectory } from '#engine/archive/held-directory.ts';

import type { ContainerParts } from './container-parts.ts';

/** Of the files in its read-write layer, each once however many names it has. */
export async function ownBytes(parts: ContainerParts, id: string): Promise<number> {
  try {
    await using own = await HeldDirectory.open(parts.snapshots.upperDir(id));
    return await bytesIn(own, new Set());
  } catch {
    // What can't be measured can still be removed.
    return 0;
  }
}

/** @param counted inodes that have several names. */
async function bytesIn(directory: HeldDirectory, counted: Set<bigint>): Promise<number> {
  let bytes = 0;
  for (const name of await directory.names()) {
    const stats = await directory.stat(name);
    if (stats?.isFile() === true && !counted.has(stats.ino)) bytes += Number(stats.size);
    if (stats?.isFile() === true && stats.nlink > 1n) counted.add(stats.ino);
    if (stats?.isDirectory() !== true) continue;
    await using inside = await directory.enter(name);
    bytes += await bytesIn(inside, counted);
  }
  return bytes;
}
