import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Peer } from './peers.ts';

const run = promisify(execFile);

/** One peer's figures of one scenario, in the scenario's unit. */
export interface Measurement {
  readonly peer: string;
  readonly samples: readonly number[];
}

export interface Scenario {
  readonly title: string;
  readonly unit: 'ms' | 'MB/s';
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Create, start, wait for the end and remove, through the API: what `docker run --rm IMAGE true` asks for. */
async function runTrue(peer: Peer, image: string): Promise<void> {
  const id = await peer.api.createContainer({ Image: image, Cmd: ['/bin/true'], HostConfig: { NetworkMode: 'none' } });
  const ended = peer.api.text('POST', `/v1.40/containers/${id}/wait?condition=next-exit`);
  await peer.api.text('POST', `/v1.40/containers/${id}/start`);
  await ended;
  await peer.api.text('DELETE', `/v1.40/containers/${id}?force=1`);
}

export async function measureStart(peer: Peer, image: string, rounds: number): Promise<Measurement> {
  await runTrue(peer, image);
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) samples.push(await milliseconds(() => runTrue(peer, image)));
  return { peer: peer.name, samples };
}

/**
 * `crun run` of the same program from a bundle on disk: no engine, no image, no API, so a floor rather than a peer.
 * Debian's crun refuses hybrid cgroups, so it runs in a mount namespace without the unified tree.
 */
export async function measureCrun(
  directory: string,
  busybox: string,
  rounds: number,
): Promise<Measurement | undefined> {
  const bundle = join(directory, 'crun');
  await mkdir(join(bundle, 'rootfs/bin'), { recursive: true });
  await cp(busybox, join(bundle, 'rootfs/bin/true'));
  await run('crun', ['spec'], { cwd: bundle });
  const script = `
    umount /sys/fs/cgroup/unified 2>/dev/null
    sed -i 's/"terminal": true/"terminal": false/; s#"sh"#"/bin/true"#' config.json
    i=0; while [ $i -le ${String(rounds)} ]; do
      date +%s%N; crun run bench-$$-$i >/dev/null || exit 1; date +%s%N; i=$((i+1))
    done`;
  const output = await run('unshare', ['-m', 'sh', '-c', script], { cwd: bundle }).catch(() => undefined);
  if (output === undefined) return undefined;
  const times = output.stdout.trim().split('\n').map(Number);
  const samples = times.flatMap((time, at) => (at % 2 === 1 ? [(time - (times[at - 1] ?? time)) / 1e6] : []));
  return { peer: 'crun (no engine)', samples: samples.slice(1) };
}

async function pull(peer: Peer, repository: string, tag: string): Promise<void> {
  const answer = await peer.api.text(
    'POST',
    `/v1.40/images/create?fromImage=${encodeURIComponent(repository)}&tag=${tag}`,
  );
  if (answer.includes('"error')) throw new Error(`${peer.name}: ${answer.slice(answer.indexOf('"error'))}`);
}

/** From an empty store to a store with the image in it. */
export async function measurePull(peer: Peer, repository: string, tag: string, rounds: number): Promise<Measurement> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    samples.push(await milliseconds(() => pull(peer, repository, tag)));
    await peer.api.text('DELETE', `/v1.40/images/${repository}:${tag}?force=1`);
  }
  return { peer: peer.name, samples };
}

export async function pullOnce(peer: Peer, repository: string, tag: string): Promise<void> {
  await pull(peer, repository, tag);
}

/** Bytes per second of a terminal that an attached client reads as fast as it can. */
export async function measureTerminal(
  peer: Peer,
  image: string,
  megabytes: number,
  rounds: number,
): Promise<Measurement> {
  const samples: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const command = `sleep 0.3; yes 0123456789012345678901234567890123456789 | head -c ${String(megabytes)}000000`;
    const id = await peer.api.createContainer({
      Image: image,
      Cmd: ['/bin/sh', '-c', command],
      Tty: true,
      AttachStdout: true,
      HostConfig: { NetworkMode: 'none' },
    });
    const attachment = await peer.api.attach(id);
    await peer.api.text('POST', `/v1.40/containers/${id}/start`);
    const start = performance.now();
    const bytes = await attachment.bytes;
    const seconds = (performance.now() - start) / 1000 - 0.3;
    if (bytes < megabytes * 1e6)
      throw new Error(`${peer.name}: ${String(bytes)} bytes of ${String(megabytes)} MB came through`);
    samples.push(bytes / 1e6 / seconds);
    await peer.api.text('DELETE', `/v1.40/containers/${id}?force=1`);
  }
  return { peer: peer.name, samples };
}

/** A root directory with busybox and links to what the scenarios run, to be packed as a layer. */
export async function makeBusyboxRoot(directory: string, busybox: string): Promise<string> {
  const root = join(directory, 'busybox-root');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await mkdir(join(root, 'etc'));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await cp(busybox, join(root, 'bin/busybox'));
  await run(busybox, ['--install', '-s', join(root, 'bin')]).catch(() => undefined);
  const links = ['sh', 'true', 'yes', 'head', 'sleep'].map((name) => `ln -sf busybox '${name}'`).join('; ');
  await run('sh', ['-c', links], { cwd: join(root, 'bin') });
  return root;
}
