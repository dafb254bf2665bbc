import { hostLinks } from '#engine/network/host-links.ts';
import { recoverNetworks } from '#engine/network/recover-networks.ts';

import { completeNetworks } from './connect-container.ts';
import type { ContainerParts } from './container-parts.ts';

/** Once it is known which containers still run: bridges, rules and places are there for them alone. */
export async function recoverOwnNetworks(parts: ContainerParts): Promise<void> {
  const { table, networks } = parts;
  await recoverNetworks(networks, (id) => table.running(id) !== undefined);
  const links = await hostLinks(networks.host.home);
  const running = table.list().filter(({ id }) => table.running(id) !== undefined);
  // One that can't be helped goes on as it is.
  for (const container of running) await completeNetworks(parts, container, links).catch(() => undefined);
}
