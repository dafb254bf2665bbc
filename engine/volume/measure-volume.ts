import { lstat, readdir } from 'node:fs/promises';

import { isMissing } from '#engine/content/file-failures.ts';

import { volumeData } from './volume-dir.ts';
import type { VolumeParts } from './volume-parts.ts';

/** Bytes of the files in a volume, one with several names counted once. What goes meanwhile counts as gone. */
export async function measureVolume(parts: VolumeParts, name: string): Promise<number> {
  const seen = new Set<bigint>();
  const measure = async (dir: Buffer): Promise<number> => {
    let bytes = 0;
    for (const entry of await readdir(dir, { encoding: 'buffer', withFileTypes: true })) {
      const path = Buffer.concat([dir, Buffer.from('/'), entry.name]);
      if (entry.isDirectory()) bytes += await orNothing(measure(path));
      else bytes += await orNothing(fileBytes(path, seen));
    }
    return bytes;
  };
  return orNothing(measure(Buffer.from(volumeData(parts, name))));
}

async function fileBytes(path: Buffer, seen: Set<bigint>): Promise<number> {
  const { size, ino, nlink } = await lstat(path, { bigint: true });
  if (nlink > 1n && seen.has(ino)) return 0;
  seen.add(ino);
  return Number(size);
}

async function orNothing(measuring: Promise<number>): Promise<number> {
  try {
    return await measuring;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}
