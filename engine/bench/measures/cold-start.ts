import { eachPeer, milliseconds, type Measure } from '#engine/bench/measure.ts';
import type { Peer } from '#engine/bench/peers.ts';
import { TimedShell } from '#engine/bench/timed-shell.ts';

async function coldStart(peer: Peer): Promise<number> {
  await peer.stop();
  return milliseconds(() => peer.start());
}

export const coldStartEmpty: Measure = {
  name: 'cold-start',
  title: 'from the start of the engine to its first answer',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.6 },
  rounds: 7,
  warmsUp: true,
  contestants: async (bench, undo) => {
    const shell = undo.use(new TimedShell({}));
    return [
      ...eachPeer(bench, coldStart),
      { name: 'bare Node', sample: () => shell.time(`'${process.execPath}' --eval 0`) },
    ];
  },
};

export const coldStartCrowded: Measure = {
  name: 'crowded-cold-start',
  title: 'the same with 1,000 stopped containers',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.15 },
  rounds: 3,
  warmsUp: true,
  isCrowded: true,
  contestants: async (bench) => eachPeer(bench, coldStart),
};
