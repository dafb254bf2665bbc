import { lstat, readdir } from 'node:fs/promises';

/** Bytes of a block of stat(2). */
const BLOCK = 512;

export interface TreeSize {
  /** On the disk. */
  readonly bytes: number;
  /** Of any kind, the top itself not. */
  readonly files: number;
}

/**
 * What a tree takes on the disk, one file with several names counted once; what goes meanwhile counts as gone.
 * @throws the signal's reason.
 */
export async function measureTree(path: string, signal: AbortSignal): Promise<TreeSize> {
  let files = -1;
  const seen = new Set<bigint>();
  const measure = async (place: Buffer): Promise<number> => {
    signal.throwIfAborted();
    const stats = await lstat(place, { bigint: true });
    if (stats.nlink > 1n && !stats.isDirectory()) {
      if (seen.has(stats.ino)) return 0;
      seen.add(stats.ino);
    }
    files += 1;
    let bytes = Number(stats.blocks) * BLOCK;
    if (!stats.isDirectory()) return bytes;
    for (const name of await readdir(place, { encoding: 'buffer' })) {
      bytes += await orNothing(measure(Buffer.concat([place, Buffer.from('/'), name])));
    }
    return bytes;
  };
  const bytes = await orNothing(measure(Buffer.from(path)));
  return { bytes, files: Math.max(0, files) };
}

async function orNothing(measuring: Promise<number>): Promise<number> {
  try {
    return await measuring;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
