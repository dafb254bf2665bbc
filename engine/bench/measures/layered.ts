import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { forgetImage } from '#engine/bench/forget-image.ts';
import { layeredImage } from '#engine/bench/layered-image.ts';
import { eachPeer, milliseconds, type Bench, type Contestant, type Measure } from '#engine/bench/measure.ts';
import { pull } from '#engine/bench/measures/pull.ts';
import type { Peer } from '#engine/bench/peers.ts';
import { peakOf } from '#engine/bench/process-memory.ts';
import { pushLayout, startBenchRegistry } from '#engine/bench/registry.ts';

const run = promisify(execFile);

/** What archives call the image. */
const ARCHIVED = 'bench/layered:1';

interface Layered {
  /** An OCI layout. */
  readonly layout: string;
  /** On the bench's registry, and in the peers that have pulled it. */
  readonly repository: string;
}

/** The image of seven layers, on the bench's registry. */
async function publish(bench: Bench): Promise<Layered> {
  const layout = await layeredImage();
  await pushLayout(bench.registryHost, layout, 'layered:1');
  return { layout, repository: `${bench.registryHost}/layered` };
}

async function pullEverywhere(bench: Bench, repository: string): Promise<void> {
  for (const peer of bench.peers) await pull(peer, repository, '1');
}

/** Takes the image out of a peer's store, whatever name it came under. */
async function lack(peer: Peer, repository: string): Promise<void> {
  for (const name of [`${repository}:1`, ARCHIVED]) {
    const isThere = await peer.api.text('GET', `/images/${name}/json`).then(
      () => true,
      () => false,
    );
    if (isThere) await forgetImage(peer, name);
  }
}

/** What others have left to write would be waited for by whoever is next. */
async function settled(work: () => Promise<unknown>): Promise<number> {
  await run('sync');
  return milliseconds(work);
}

/** A program that does the same work without an engine, given a directory of its own, which goes afterwards. */
function floor(bench: Bench, name: string, work: (directory: string) => Promise<unknown>): Contestant {
  return {
    name,
    sample: async () => {
      const directory = await mkdtemp(join(bench.directory, 'floor-'));
      const took = await settled(() => work(directory));
      await rm(directory, { recursive: true, force: true });
      return took;
    },
  };
}

export const pullLayers: Measure = {
  name: 'pull-layers',
  title: 'pull of an image of seven layers, 355 MB compressed, 1.1 GB unpacked, into a store without it',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.3 },
  rounds: 2,
  warmsUp: false,
  contestants: async (bench) => {
    const { repository } = await publish(bench);
    const source = `docker://${repository}:1`;
    return [
      ...eachPeer(bench, async (peer) => {
        await lack(peer, repository);
        return settled(() => pull(peer, repository, '1'));
      }),
      floor(bench, 'skopeo to a directory', (directory) =>
        run('skopeo', ['copy', '--insecure-policy', '--src-tls-verify=false', source, `dir:${directory}`]),
      ),
    ];
  },
};

/** Of the engine's process, its worker threads included. */
export const pullMemory: Measure = {
  name: 'pull-memory',
  title: 'most memory that the engine had during that pull',
  unit: 'MiB',
  target: { atMost: 200 },
  rounds: 1,
  warmsUp: false,
  contestants: async (bench) => {
    const { repository } = await publish(bench);
    return eachPeer(bench, async (peer) => {
      await lack(peer, repository);
      return peakOf(peer.pid, () => pull(peer, repository, '1'));
    });
  },
};

async function push(peer: Peer, repository: string): Promise<void> {
  // Podman has to be told for each registry; the others take loopback for what it is.
  const isPlain = peer.name === 'podman' ? '&tlsVerify=false' : '';
  const answer = await peer.api.text('POST', `/images/${repository}/push?tag=1${isPlain}`, {});
  if (answer.includes('"error')) throw new Error(`${peer.name}: ${answer.slice(answer.indexOf('"error'))}`);
}

/** Calls `work` with a registry that has nothing, which is gone afterwards. @param work gets its `HOST:PORT`. */
async function withEmptyRegistry(bench: Bench, work: (host: string) => Promise<number>): Promise<number> {
  const directory = await mkdtemp(join(bench.directory, 'registry-'));
  try {
    await using registry = await startBenchRegistry(directory);
    return await work(registry.host);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function pushAnew(peer: Peer, { from, host }: { readonly from: string; readonly host: string }): Promise<number> {
  const repository = `${host}/layered`;
  await peer.api.text('POST', `/images/${from}/tag?repo=${encodeURIComponent(repository)}&tag=1`);
  const took = await settled(() => push(peer, repository));
  await forgetImage(peer, `${repository}:1`);
  return took;
}

export const pushPulled: Measure = {
  name: 'push-pulled',
  title: 'push of that image, once it is pulled, to an empty registry',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.15 },
  rounds: 2,
  warmsUp: false,
  contestants: async (bench) => {
    const { layout, repository } = await publish(bench);
    await pullEverywhere(bench, repository);
    return [
      ...eachPeer(bench, (peer) =>
        withEmptyRegistry(bench, (host) => pushAnew(peer, { from: `${repository}:1`, host })),
      ),
      {
        name: 'skopeo of ready blobs',
        sample: () => withEmptyRegistry(bench, (host) => settled(() => pushLayout(host, layout, 'layered:1'))),
      },
    ];
  },
};

export const pushAgain: Measure = {
  name: 'push-again',
  title: 'push of that image to a registry that has all of it',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.3 },
  rounds: 5,
  warmsUp: true,
  contestants: async (bench) => {
    const { repository } = await publish(bench);
    await pullEverywhere(bench, repository);
    return eachPeer(bench, (peer) => milliseconds(() => push(peer, repository)));
  },
};

/** As `docker save` writes it. @returns its path. */
async function archiveOf(bench: Bench, layout: string): Promise<string> {
  const directory = await mkdtemp(join(bench.directory, 'archive-'));
  const path = join(directory, 'image.tar');
  await run('skopeo', ['copy', '--insecure-policy', `oci:${layout}:latest`, `docker-archive:${path}:${ARCHIVED}`]);
  return path;
}

export const save: Measure = {
  name: 'save',
  title: '`docker save` of that image, once it is pulled, into a file',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.4 },
  rounds: 2,
  warmsUp: false,
  contestants: async (bench, undo) => {
    const { layout, repository } = await publish(bench);
    await pullEverywhere(bench, repository);
    const archive = await archiveOf(bench, layout);
    undo.defer(() => rm(archive));
    const out = join(bench.directory, 'saved.tar');
    undo.defer(() => rm(out, { force: true }));
    const saveFrom = (peer: Peer): Promise<unknown> =>
      run('docker', ['--host', peer.host, 'save', '--output', out, `${repository}:1`]);
    return [
      ...eachPeer(bench, (peer) => settled(() => saveFrom(peer))),
      floor(bench, 'cp', (directory) => run('cp', [archive, directory])),
    ];
  },
};

export const load: Measure = {
  name: 'load',
  title: '`docker load` of that image into a store without it',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.5 },
  rounds: 2,
  warmsUp: false,
  contestants: async (bench, undo) => {
    const { layout, repository } = await publish(bench);
    const archive = await archiveOf(bench, layout);
    undo.defer(() => rm(archive));
    return [
      ...eachPeer(bench, async (peer) => {
        await lack(peer, repository);
        return settled(() => run('docker', ['--host', peer.host, 'load', '--input', archive]));
      }),
      floor(bench, 'tar x and sha256sum', async (directory) => {
        await mkdir(join(directory, 'out'));
        await run('sh', ['-c', 'tar -xf "$1" -C "$2" && sha256sum "$2"/*.tar', 'sh', archive, join(directory, 'out')]);
      }),
    ];
  },
};
