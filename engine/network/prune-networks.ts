import { toEngineError } from '#engine/contract/errors.ts';
import { publishPrune } from '#engine/events/publish-prune.ts';

import type { NetworkParts } from './network-parts.ts';
import { isPredefined, type Network } from './network.ts';
import { removeNetwork } from './remove-network.ts';

/** Removes the networks that no container is to be in and that are wanted gone. @returns their names. */
export async function pruneNetworks(parts: NetworkParts, isWanted: (network: Network) => boolean): Promise<string[]> {
  const names: string[] = [];
  for (const found of parts.table.list().filter(isWanted)) {
    if (isPredefined(found.name) || parts.usage.users(found.id).length > 0) continue;
    if (await isRemoved(parts, found.id)) names.push(found.name);
  }
  publishPrune(parts.events, 'network', 0);
  return names;
}

/** One that a container was given meanwhile stays. */
async function isRemoved(parts: NetworkParts, id: string): Promise<boolean> {
  try {
    await removeNetwork(parts, id);
    return true;
  } catch (error) {
    if (!['conflict', 'not-found'].includes(toEngineError(error).code)) throw error;
    return false;
  }
}
