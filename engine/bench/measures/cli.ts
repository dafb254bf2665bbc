import { join } from 'node:path';

import type { Bench, Measure } from '#engine/bench/measure.ts';
import type { Peer } from '#engine/bench/peers.ts';
import { TimedShell } from '#engine/bench/timed-shell.ts';

/** A shell in which `docker` means this peer, with nobody's own settings. */
export function dockerShell(bench: Bench, peer: Peer, undo: AsyncDisposableStack): TimedShell {
  const env = { DOCKER_HOST: peer.host, DOCKER_CONFIG: join(bench.directory, 'docker-config') };
  return undo.use(new TimedShell({ env }));
}

export const cliRun: Measure = {
  name: 'cli-run',
  title: '`docker run --rm` of `true`, by one command line',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.25 },
  rounds: 15,
  warmsUp: true,
  contestants: async (bench, undo) => {
    const ofPeers = bench.peers.map((peer) => {
      const shell = dockerShell(bench, peer, undo);
      return { name: peer.name, sample: () => shell.time(`docker run --rm ${bench.image} /bin/true`) };
    });
    const shell = undo.use(new TimedShell({}));
    return [...ofPeers, { name: 'docker --version', sample: () => shell.time('docker --version') }];
  },
};

const RUNNING = 50;

export const removeRunning: Measure = {
  name: 'remove-running',
  title: `\`docker rm -f\` of ${String(RUNNING)} that run`,
  unit: 'ms',
  target: { of: 'docker', atMost: 0.3 },
  rounds: 3,
  warmsUp: false,
  contestants: async (bench, undo) =>
    bench.peers.map((peer) => {
      const shell = dockerShell(bench, peer, undo);
      return {
        name: peer.name,
        sample: async () => {
          const ids = await startSleepers(peer, bench.image);
          return shell.time(`docker rm -f ${ids.join(' ')}`);
        },
      };
    }),
};

async function startSleepers(peer: Peer, image: string): Promise<readonly string[]> {
  const ids: string[] = [];
  const config = { Image: image, Cmd: ['/bin/sleep', '100000'], HostConfig: { NetworkMode: 'bridge' } };
  const work = async (): Promise<void> => {
    while (ids.length < RUNNING) {
      const at = ids.push('') - 1;
      ids[at] = await peer.api.createContainer(config);
      await peer.api.start(ids[at]);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return ids;
}
