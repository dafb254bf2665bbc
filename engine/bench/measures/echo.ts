import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex } from 'node:stream';

import { median, type Bench, type Contestant, type Measure } from '#engine/bench/measure.ts';
import type { Peer } from '#engine/bench/peers.ts';

const KEYS = 300;

/** Median microseconds from a key to its echo, over many keys. */
async function echoOf(terminal: Duplex): Promise<number> {
  const samples: number[] = [];
  while (samples.length < KEYS) {
    const begun = performance.now();
    terminal.write('x');
    await once(terminal, 'data');
    samples.push((performance.now() - begun) * 1000);
  }
  return median(samples);
}

async function attached(peer: Peer, { image }: Bench, undo: AsyncDisposableStack): Promise<Contestant> {
  const id = await peer.api.createContainer({
    Image: image,
    Cmd: ['/bin/cat'],
    Tty: true,
    OpenStdin: true,
    AttachStdin: true,
    AttachStdout: true,
    HostConfig: { NetworkMode: 'none' },
  });
  undo.defer(() => peer.api.remove(id));
  await peer.api.start(id);
  const terminal = await peer.api.attach(id);
  undo.defer(async () => void terminal.destroy());
  terminal.resume();
  return { name: peer.name, sample: () => echoOf(terminal) };
}

/** A pty of this machine's, behind a small program that passes bytes on. */
function hostPty(undo: AsyncDisposableStack): Contestant {
  const child = spawn('script', ['-qfc', 'cat', '/dev/null']);
  undo.defer(async () => void child.kill());
  const terminal = Duplex.from({ readable: child.stdout, writable: child.stdin });
  // It ends by being killed.
  terminal.on('error', () => undefined);
  terminal.resume();
  return { name: 'host pty', sample: () => echoOf(terminal) };
}

export const echo: Measure = {
  name: 'echo',
  title: 'one key and its echo through attach',
  unit: 'µs',
  target: { of: 'docker', atMost: 0.7 },
  rounds: 7,
  warmsUp: true,
  contestants: async (bench, undo) => {
    const contestants = [];
    for (const peer of bench.peers) contestants.push(await attached(peer, bench, undo));
    return [...contestants, hostPty(undo)];
  },
};
