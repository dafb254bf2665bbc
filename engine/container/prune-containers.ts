import { EngineError } from '#engine/contract/errors.ts';
import { publishPrune } from '#engine/events/publish-prune.ts';

import type { ContainerParts } from './container-parts.ts';
import { isActive, type Container } from './container.ts';
import { ownBytes } from './own-bytes.ts';
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
  publishPrune(parts.events, 'container', freedBytes);
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
