import { once } from 'node:events';
import type { Readable } from 'node:stream';

import type { DockerApi } from '#engine/bench/docker-api.ts';
import { eachPeer, median, milliseconds, type Bench, type Measure } from '#engine/bench/measure.ts';
import type { Peer } from '#engine/bench/peers.ts';
import { pssKiB } from '#engine/bench/process-memory.ts';

import { sleeper } from './sleeper.ts';

const CONNECTIONS = 1000;
const FOLLOWERS = 200;
const TERMINALS = 100;
const RUNS = 50;
/** Times that everything comes and goes before the memory is looked at, and again after that. */
const CYCLES = 3;

/** Where nearly all have been answered: the one in a hundred that waits longest is the one that is noticed. */
function slowest(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}

/** Opens so many connections, and asks each one something at the same moment. @returns when each was answered. */
async function askAtOnce(peer: Peer, id: string): Promise<readonly number[]> {
  const clients = Array.from({ length: CONNECTIONS }, () => peer.api.alone());
  try {
    await Promise.all(clients.map((client) => client.ping()));
    return await Promise.all(clients.map((client) => milliseconds(() => client.text('GET', `/containers/${id}/json`))));
  } finally {
    for (const client of clients) client.close();
  }
}

export const connectionsAtOnce: Measure = {
  name: 'clients-connections',
  title: `${String(CONNECTIONS)} connections ask at once: the 99th in a hundred is answered after`,
  unit: 'ms',
  rounds: 5,
  warmsUp: true,
  contestants: async (bench, undo) => {
    const ids = await sleepers(bench, undo);
    return eachPeer(bench, async (peer) => slowest(await askAtOnce(peer, ids(peer))));
  },
};

/** A line that one container prints reaches everybody who follows its log. @returns when each has it. */
async function printToAll(peer: Peer, { image }: Bench): Promise<readonly number[]> {
  const id = await peer.api.createContainer({
    Image: image,
    Cmd: ['/bin/cat'],
    OpenStdin: true,
    HostConfig: { NetworkMode: 'none' },
  });
  const clients = Array.from({ length: FOLLOWERS }, () => peer.api.alone());
  try {
    await peer.api.start(id);
    const input = await peer.api.attach(id);
    const logs = await Promise.all(clients.map((client) => client.followLogs(id)));
    const heard = logs.map((log) => milliseconds(() => untilHeard(log)));
    input.write('a line\n');
    const times = await Promise.all(heard);
    input.destroy();
    for (const log of logs) log.destroy();
    return times;
  } finally {
    for (const client of clients) client.close();
    await peer.api.remove(id);
  }
}

async function untilHeard(stream: Readable): Promise<void> {
  await once(stream, 'data');
}

export const followers: Measure = {
  name: 'clients-followers',
  title: `a printed line is with the 99th in a hundred of ${String(FOLLOWERS)} followers after`,
  unit: 'ms',
  rounds: 5,
  warmsUp: true,
  contestants: async (bench) => eachPeer(bench, async (peer) => slowest(await printToAll(peer, bench))),
};

/** A key in each of so many terminals of one container, at the same moment. @returns when each echo is there. */
async function typeEverywhere(peer: Peer, id: string): Promise<readonly number[]> {
  const terminals = await Promise.all(Array.from({ length: TERMINALS }, () => peer.api.terminal(id, ['/bin/cat'])));
  try {
    return await Promise.all(
      terminals.map((terminal) => {
        terminal.write('x');
        return milliseconds(() => untilHeard(terminal));
      }),
    );
  } finally {
    for (const terminal of terminals) terminal.destroy();
  }
}

export const terminals: Measure = {
  name: 'clients-terminals',
  title: `a key in each of ${String(TERMINALS)} terminals at once: its echo after (median)`,
  unit: 'ms',
  rounds: 5,
  warmsUp: true,
  contestants: async (bench, undo) => {
    const ids = await sleepers(bench, undo);
    return eachPeer(bench, async (peer) => median(await typeEverywhere(peer, ids(peer))));
  },
};

/** What `docker run --rm` does. */
async function run(api: DockerApi, image: string): Promise<void> {
  const id = await api.createContainer({
    Image: image,
    Cmd: ['/bin/true'],
    AttachStdout: true,
    HostConfig: { NetworkMode: 'none', AutoRemove: true },
  });
  const output = await api.attach(id);
  const removed = api.text('POST', `/containers/${id}/wait?condition=removed`);
  await api.start(id);
  output.resume();
  await removed;
}

export const runsAtOnce: Measure = {
  name: 'clients-runs',
  title: `${String(RUNS)} containers run and removed at once, all of them`,
  unit: 'ms',
  rounds: 5,
  warmsUp: true,
  contestants: async (bench) => eachPeer(bench, (peer) => milliseconds(() => runMany(peer, bench.image))),
};

async function runMany(peer: Peer, image: string): Promise<void> {
  await Promise.all(Array.from({ length: RUNS }, () => run(peer.api, image)));
}

/** What an engine's own process has more after all of it, several times over, than after the first few times. */
export const leak: Measure = {
  name: 'clients-leak',
  title: `memory that ${String(CYCLES)} more times of all that leave behind`,
  unit: 'MiB',
  target: { atMost: 16 },
  rounds: 1,
  warmsUp: false,
  contestants: async (bench, undo) => {
    const ids = await sleepers(bench, undo);
    const all = async (peer: Peer): Promise<number> => {
      for (let cycle = 0; cycle < CYCLES; cycle += 1) {
        await askAtOnce(peer, ids(peer));
        await printToAll(peer, bench);
        await typeEverywhere(peer, ids(peer));
        await runMany(peer, bench.image);
      }
      return pssKiB(peer.pid);
    };
    return eachPeer(bench, async (peer) => {
      const before = await all(peer);
      return ((await all(peer)) - before) / 1024;
    });
  },
};

/** One in each engine. */
async function sleepers(bench: Bench, undo: AsyncDisposableStack): Promise<(peer: Peer) => string> {
  const ids = new Map<string, string>();
  for (const peer of bench.peers) ids.set(peer.name, await sleeper(peer, bench.image, undo));
  return ({ name }) => ids.get(name) ?? '';
}
