import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { forgetImage } from '#engine/bench/forget-image.ts';
import { pulled, settled } from '#engine/bench/layered-store.ts';
import { eachPeer, milliseconds, type Bench, type Measure } from '#engine/bench/measure.ts';
import type { Peer } from '#engine/bench/peers.ts';
import { pushLayout, startBenchRegistry } from '#engine/bench/registry.ts';

const run = promisify(execFile);

async function push(peer: Peer, repository: string, tag = '1'): Promise<void> {
  // Podman has to be told for each registry; the others take loopback for what it is.
  const isPlain = peer.name === 'podman' ? '&tlsVerify=false' : '';
  const answer = await peer.api.text('POST', `/images/${repository}/push?tag=${tag}${isPlain}`, {});
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
    const { layout, repository } = await pulled(bench);
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
    const { repository } = await pulled(bench);
    return eachPeer(bench, async (peer) => {
      // Each has a tag of its own: docker's manifest is another than podman's and ours, and would take it away again.
      const tag = `again-${peer.name}`;
      await peer.api.text('POST', `/images/${repository}:1/tag?repo=${encodeURIComponent(repository)}&tag=${tag}`);
      return milliseconds(() => push(peer, repository, tag));
    });
  },
};

/** A folder of a compiler's and an interpreter's files, about 300 MB, and a Dockerfile that copies them. */
async function compilerContext(bench: Bench): Promise<string> {
  const folder = await mkdtemp(join(bench.directory, 'context-'));
  await mkdir(join(folder, 'files'));
  await run('cp', ['-a', '/usr/lib/gcc', '/usr/share/perl', '/usr/include', join(folder, 'files')]);
  await writeFile(join(folder, 'Dockerfile'), `FROM ${bench.image}\nCOPY files/ /usr/\n`);
  return folder;
}

export const pushBuilt: Measure = {
  name: 'push-built',
  title: 'push of an image that was built here, with one layer of about 300 MB, to an empty registry',
  unit: 'ms',
  target: { of: 'docker', atMost: 0.3 },
  rounds: 2,
  warmsUp: false,
  contestants: async (bench) => {
    const folder = await compilerContext(bench);
    let count = 0;
    return eachPeer(bench, async (peer) => {
      // Built anew, since what a layer is compressed to is remembered.
      await writeFile(join(folder, 'files/count'), String((count += 1)));
      const env = { ...process.env, DOCKER_HOST: peer.host, DOCKER_BUILDKIT: '0' };
      await run('docker', ['build', '-q', '-t', 'bench/built:1', folder], { env });
      return withEmptyRegistry(bench, (host) => pushAnew(peer, { from: 'bench/built:1', host }));
    });
  },
};
