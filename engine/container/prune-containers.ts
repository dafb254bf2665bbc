import { HeldDirectory } from '#engine/archive/held-directory.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { ContainerParts } from './container-parts.ts';
import { isActive, type Container } from './container.ts';
import { removeContainer } from './remove-container.ts';

export interface PrunedContainers {
  readonly ids: string[];
  readonly freedBytes: number;
}

/** Removes every container that doesn't run and is wanted gone; one that is started meanwhile stays. */
export async function pruneContainers(
  parts: ContainerParts,
  isWanted: (container: Container) => boolean,
): Promise<PrunedContainers> {
  const ids: string[] = [];
  let freedBytes = 0;
  for (const container of parts.table.list()) {
    const { id, state } = container;
    if (isActive(state) || state.status === 'removing' || !isWanted(container)) continue;
    const bytes = await ownBytes(parts, id);
    if (!(await removeUnlessStarted(parts, id))) continue;
    ids.push(id);
    freedBytes += bytes;
  }
  return { ids, freedBytes };
}

/** Somebody else may have removed it first, or started it. */
async function removeUnlessStarted(parts: ContainerParts, id: string): Promise<boolean> {
  try {
    await removeContainer(parts, id, { force: false, cause: 'pruned' });
    return true;
  } catch (error) {
    if (error instanceof EngineError && (error.code === 'conflict' || error.code === 'not-found')) return false;
    throw error;
  }
}

/** Of the files in its read-write layer. */
async function ownBytes(parts: ContainerParts, id: string): Promise<number> {
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
