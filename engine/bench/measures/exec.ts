import { eachPeer, milliseconds, type Measure } from '#engine/bench/measure.ts';

import { crunExec } from './floors.ts';
import { sleeper } from './sleeper.ts';

export const exec: Measure = {
  name: 'exec',
  title: 'exec `true` in a running container, over the API',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.2 },
  rounds: 20,
  warmsUp: true,
  contestants: async (bench, undo) => {
    const sleepers = new Map<string, string>();
    for (const peer of bench.peers) sleepers.set(peer.name, await sleeper(peer, bench.image, undo));
    const ofPeers = eachPeer(bench, (peer) =>
      milliseconds(() => peer.api.exec(sleepers.get(peer.name) ?? '', ['/bin/true'])),
    );
    return [...ofPeers, ...(await crunExec(bench, undo))];
  },
};
