import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';

/** Bytes of a path to which any name can still be added, within the 4095 that the kernel takes (PATH_MAX). */
const LONG = 2048;

/**
 * Removes a directory and all that is in it, or a file; nothing where there is nothing.
 *
 * For what others fill, as containers do: a tree can be deeper than one path can say, and Node's own gives up there.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, 'ENAMETOOLONG')) throw error;
    await flatten(path);
    await rm(path, { recursive: true, force: true });
  }
}

/** Directories that are far down move to the top of the same tree, one after another. The failed removal may still go on. */
async function flatten(top: string): Promise<void> {
  const begun: Buffer[] = [Buffer.from(top)];
  for (let dir = begun.pop(); dir !== undefined; dir = begun.pop()) {
    for (const entry of await unlessGone(readdir(dir, { encoding: 'buffer', withFileTypes: true }), [])) {
      if (!entry.isDirectory()) continue;
      const place = Buffer.concat([dir, Buffer.from('/'), entry.name]);
      begun.push(place.length > LONG ? await lifted(place, top) : place);
    }
  }
}

async function lifted(place: Buffer, top: string): Promise<Buffer> {
  const nearer = Buffer.from(`${top}/${randomUUID()}`);
  await unlessGone(rename(place, nearer), undefined);
  return nearer;
}

async function unlessGone<T>(doing: Promise<T>, otherwise: T): Promise<T> {
  try {
    return await doing;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return otherwise;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
