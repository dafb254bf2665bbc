import { eachPeer, milliseconds, type Bench, type Contestant, type Measure } from '#engine/bench/measure.ts';
import type { Peer } from '#engine/bench/peers.ts';

import { bwrapRun, crunRun } from './floors.ts';

/** Create, start, wait for the end and remove: what `docker run --rm IMAGE true` asks for. */
export async function runTrue(peer: Peer, image: string, network: 'bridge' | 'none'): Promise<void> {
  const id = await peer.api.createContainer({
    Image: image,
    Cmd: ['/bin/true'],
    HostConfig: { NetworkMode: network },
  });
  await peer.api.start(id);
  await peer.api.untilStopped(id);
  await peer.api.remove(id);
}

function timesOf(bench: Bench, network: 'bridge' | 'none'): Contestant[] {
  return eachPeer(bench, (peer) => milliseconds(() => runTrue(peer, bench.image, network)));
}

export const startBridge: Measure = {
  name: 'start-bridge',
  title: 'create, start, wait for, remove `true`, default bridge',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.1 },
  rounds: 15,
  warmsUp: true,
  contestants: async (bench) => timesOf(bench, 'bridge'),
};

export const startNone: Measure = {
  name: 'start-none',
  title: 'the same with network none',
  unit: 'ms',
  target: { of: 'crun run', atMost: 1.5 },
  rounds: 15,
  warmsUp: true,
  contestants: async (bench, undo) => [
    ...timesOf(bench, 'none'),
    await crunRun(bench, undo),
    await bwrapRun(bench, undo),
  ],
};

const STARTS = 24;
const AT_A_TIME = 8;

/** Milliseconds each, of so many under way at once. */
async function startMany(peer: Peer, image: string): Promise<number> {
  let left = STARTS;
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await runTrue(peer, image, 'bridge');
    }
  };
  return (await milliseconds(() => Promise.all(Array.from({ length: AT_A_TIME }, work)))) / STARTS;
}

export const startMany24: Measure = {
  name: 'start-many',
  title: `${String(STARTS)} of them, ${String(AT_A_TIME)} at a time, each`,
  unit: 'ms',
  target: { of: 'docker', atMost: 0.1 },
  rounds: 7,
  warmsUp: false,
  contestants: async (bench, undo) => [
    ...eachPeer(bench, (peer) => startMany(peer, bench.image)),
    await bwrapRun(bench, undo),
  ],
};
