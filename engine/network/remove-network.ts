import { EngineError } from '#engine/contract/errors.ts';

import { publishNetwork } from './network-events.ts';
import type { NetworkParts } from './network-parts.ts';
import { isPredefined } from './network.ts';

/** @throws EngineError `conflict` while a container runs in it, `forbidden` for one that every engine has, `not-found`. */
export async function removeNetwork(parts: NetworkParts, ref: string): Promise<void> {
  const { id } = parts.table.find(ref);
  await parts.table.exclusively(async () => {
    const found = parts.table.find(id);
    const { name } = found;
    if (isPredefined(name)) {
      throw new EngineError('forbidden', `${name} is a pre-defined network and cannot be removed`);
    }
    if (parts.endpoints.inNetwork(id).length > 0) {
      throw new EngineError('forbidden', `error while removing network: network ${name} id ${id} has active endpoints`);
    }
    // The bridge first: a killed engine's successor takes down what is nobody's network any more.
    await parts.host.lower(found);
    if (parts.endpoints.inNetwork(id).length > 0) {
      throw new EngineError('forbidden', `error while removing network: network ${name} id ${id} has active endpoints`);
    }
    parts.table.delete(id);
    publishNetwork(parts, found, 'destroy');
  });
}
