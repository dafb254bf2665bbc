import type { Network } from './network.ts';
import type { NetworkParts } from './network-parts.ts';

/** Tells that something happened to a network, with the attributes that Docker gives every event of one. */
export function publishNetwork(
  parts: Pick<NetworkParts, 'events'>,
  { id, name, config }: Network,
  action: 'create' | 'connect' | 'disconnect' | 'destroy',
  attributes: Readonly<Record<string, string>> = {},
): void {
  parts.events.publish({ type: 'network', action, id, attributes: { name, type: config.driver, ...attributes } });
}
