import { setTimeout as pause } from 'node:timers/promises';

import { eachPeer, median, type Measure } from '#engine/bench/measure.ts';
import type { Peer } from '#engine/bench/peers.ts';
import { family, parentOf, pssKiB } from '#engine/bench/process-memory.ts';

import { sleeper } from './sleeper.ts';

const IDLE_CONTAINERS = 8;
/** Until whatever an engine does after it has begun to answer is done. */
const SETTLED_MS = 4000;

export const shimMemory: Measure = {
  name: 'shim-memory',
  title: 'memory of an idle container beyond its own process',
  unit: 'KiB',
  target: { atMost: 300 },
  rounds: 3,
  warmsUp: false,
  contestants: async (bench, undo) => {
    const sleepers = new Map<string, readonly string[]>();
    for (const peer of bench.peers) {
      const ids: string[] = [];
      while (ids.length < IDLE_CONTAINERS) ids.push(await sleeper(peer, bench.image, undo));
      sleepers.set(peer.name, ids);
    }
    return eachPeer(bench, async (peer) => {
      const keepers = (sleepers.get(peer.name) ?? []).map(async (id) => pssKiB(await parentOf(await peer.api.pid(id))));
      return median(await Promise.all(keepers));
    });
  },
};

/** Of a freshly started engine that has nothing to do, with all its own processes. */
async function idleMiB(peer: Peer): Promise<number> {
  await peer.stop();
  await peer.start();
  await pause(SETTLED_MS);
  const shares = await Promise.all((await family(peer.pid)).map(pssKiB));
  return shares.reduce((sum, share) => sum + share, 0) / 1024;
}

export const idleMemory: Measure = {
  name: 'idle-memory',
  title: "the engine's own memory, idle",
  unit: 'MiB',
  target: { of: 'docker', atMost: 1.2 },
  rounds: 3,
  warmsUp: false,
  contestants: async (bench) => eachPeer(bench, idleMiB),
};

export const crowdedMemory: Measure = {
  name: 'crowded-memory',
  title: 'the same with 1,000 stopped containers',
  unit: 'MiB',
  target: { of: 'docker', atMost: 0.8 },
  rounds: 3,
  warmsUp: false,
  isCrowded: true,
  contestants: async (bench) => eachPeer(bench, idleMiB),
};
