import { z } from 'zod';

import { containerRef } from '#engine/contract/container.ts';
import { networkCreate, networkRef, networkSummary, networkConnect } from '#engine/contract/network.ts';
import { call, nothing } from '#engine/contract/method.ts';

/** Networks and who is in them. */
export const networkMethods = {
  'networks.list': call(nothing, z.array(networkSummary)),
  'networks.get': call(z.object({ network: networkRef }), networkSummary),
  'networks.create': call(networkCreate, networkSummary),
  /** By name or id. Refused while a container runs in it. */
  'networks.remove': call(z.object({ network: networkRef }), nothing),
  /** Now, where the container runs, and whenever it is started. */
  'networks.connect': call(networkConnect, nothing),
  'networks.disconnect': call(z.object({ network: networkRef, container: containerRef }), nothing),
  /** Removes those that no container is to be in. */
  'networks.prune': call(nothing, z.object({ removed: z.array(z.string()) })),
};
