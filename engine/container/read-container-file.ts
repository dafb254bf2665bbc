import { constants, lstatSync, type Stats } from 'node:fs';
import { open, readlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { RecentMap } from '#engine/async/recent-map.ts';
import { toEngineError } from '#engine/contract/errors.ts';
import type { LayerStore } from '#engine/layer/layer-store.ts';
import { readLayerFile } from '#engine/layer/read-layer-file.ts';
import { resolveImage } from '#engine/image/resolve-image.ts';

import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';

/** open(2): neither reads nor triggers anything, whatever the file turns out to be. Node has no name for it. */
const O_PATH = 0o10000000;

const LIMIT = 1024 * 1024;

/**
 * A small text of the container's file system: what it changed itself, otherwise what its image has. Undefined when
 * there is none.
 *
 * Nothing the container made is followed on the host: a link on the way, a device or a fifo counts as absent.
 */
export async function readContainerFile(
  parts: ContainerParts,
  container: Container,
  path: string,
): Promise<string | undefined> {
  const own = await readOwn(join(parts.snapshots.upperDir(container.id), path));
  if (own !== 'untouched') return own;
  const kept = keptTexts(parts);
  const key = `${container.imageId} ${path}`;
  if (kept.has(key)) return kept.get(key);
  const image = await resolveImage(parts.images, container.imageId);
  const text = await readImageFile(parts, image.diffIds, path);
  if ((text?.length ?? 0) <= LONGEST_KEPT) kept.set(key, text);
  return text;
}

/** More than this is no list of users. */
const LONGEST_KEPT = 16 * 1024;
const KEPT_TEXTS = 64;
const texts = new WeakMap<LayerStore, RecentMap<string, string | undefined>>();

/** What images have never changes, and every start and session looks into the same two files. */
function keptTexts({ layers }: ContainerParts): RecentMap<string, string | undefined> {
  const kept = texts.get(layers) ?? new RecentMap<string, string | undefined>(KEPT_TEXTS);
  texts.set(layers, kept);
  return kept;
}

async function readImageFile(
  parts: ContainerParts,
  diffIds: Awaited<ReturnType<typeof resolveImage>>['diffIds'],
  path: string,
): Promise<string | undefined> {
  try {
    const bytes = await readLayerFile(parts.layers, diffIds, diffIds.length - 1, path);
    return Buffer.from(bytes).toString('utf8');
  } catch (error) {
    if (toEngineError(error).code === 'not-found') return undefined;
    throw error;
  }
}

/** @returns undefined for what the container removed or put something odd in the place of. */
async function readOwn(path: string): Promise<string | undefined> {
  // Most have none: one look at once instead of a thread's round trip and an error, in every start and session.
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return 'untouched';
  await using found = await openBeneath(path);
  if (found === undefined) return 'untouched';
  const stats = await found.stat();
  if (!stats.isFile() || !(await isAt(found, path))) return undefined;
  return await readWhole(found, stats);
}

async function openBeneath(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, O_PATH | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
}

/** Whether the way to the file had no link in it: the kernel names where the descriptor really is. */
async function isAt(file: FileHandle, path: string): Promise<boolean> {
  return (await readlink(`/proc/self/fd/${file.fd}`)) === path;
}

async function readWhole(found: FileHandle, { size }: Stats): Promise<string | undefined> {
  if (size > LIMIT) return undefined;
  // Opened through the descriptor that was looked at, not through a path that may lead elsewhere by now.
  await using file = await open(`/proc/self/fd/${found.fd}`, constants.O_RDONLY);
  return (await file.readFile()).toString('utf8');
}
