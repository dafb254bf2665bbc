import { randomBytes } from 'node:crypto';

import { freeSubnet } from './free-subnet.ts';
import { hostRoutes } from './host-routes.ts';
import type { NetworkParts } from './network-parts.ts';
import { PREDEFINED, type NetworkConfig } from './network.ts';

/** Makes the networks that every engine has, where they aren't there yet. */
export async function makePredefined({ table, host }: NetworkParts): Promise<void> {
  const lacking = PREDEFINED.filter((name) => table.byName(name) === undefined);
  if (lacking.length === 0) return;
  const routes = await hostRoutes(host.home);
  const configs: Readonly<Record<(typeof PREDEFINED)[number], NetworkConfig>> = {
    bridge: { ...plain, driver: 'bridge', ipv4: freeSubnet(routes, table.list()) },
    host: { ...plain, driver: 'host' },
    none: { ...plain, driver: 'null' },
  };
  for (const name of lacking) {
    table.insert({ id: randomBytes(32).toString('hex'), name, createdAt: Date.now(), config: configs[name] });
  }
}

const plain = { internal: false, attachable: false, labels: {}, options: {} };

/**
 * Once it is known which containers still run: the places of those that ended without an engine are free again, and
 * bridges and rules are there for the others alone.
 */
export async function recoverNetworks(
  { endpoints, host }: NetworkParts,
  isRunning: (containerId: string) => boolean,
): Promise<void> {
  const gone = endpoints.delete(({ containerId }) => !isRunning(containerId));
  await Promise.all([host.sweep(), host.recover(gone)]);
}
