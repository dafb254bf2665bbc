import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { ARCHIVED, floor, lack, publish, pulled, settled } from '#engine/bench/layered-store.ts';
import { eachPeer, type Bench, type Measure } from '#engine/bench/measure.ts';
import { estrato, type Peer } from '#engine/bench/peers.ts';
import { peakOf } from '#engine/bench/process-memory.ts';
import { pull } from '#engine/bench/pull.ts';

const run = promisify(execFile);

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

/** Starts a program on a kernel that has no EROFS, as far as it can see: layers are unpacked into trees. */
function withoutErofs(bench: Bench): readonly string[] {
  const known = join(bench.directory, 'filesystems');
  const script = 'grep -v erofs /proc/filesystems > "$0" && mount --bind "$0" /proc/filesystems && exec "$@"';
  return ['unshare', '--mount', 'sh', '-c', script, known];
}

export const pullUnpacked: Measure = {
  name: 'pull-unpacked',
  title: 'the same pull where layers have to be unpacked, as without root',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.6 },
  rounds: 2,
  warmsUp: false,
  contestants: async (bench, undo) => {
    const { repository } = await publish(bench);
    const unpacking = undo.use(await estrato(join(bench.directory, 'unpacking'), withoutErofs(bench)));
    await unpacking.start();
    const others = bench.peers.filter(({ name }) => name === 'docker');
    return eachPeer({ ...bench, peers: [unpacking, ...others] }, async (peer) => {
      await lack(peer, repository);
      return settled(() => pull(peer, repository, '1'));
    });
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
    const { layout, repository } = await pulled(bench);
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
