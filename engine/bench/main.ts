import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startDocker, startEstrato, startPodman } from './peers.ts';
import type { Peer } from './peers.ts';
import { pushImage, startBenchRegistry } from './registry.ts';
import {
  makeBusyboxRoot,
  measureCrun,
  measurePull,
  measureStart,
  measureTerminal,
  median,
  pullOnce,
} from './scenarios.ts';
import type { Measurement, Scenario } from './scenarios.ts';

/*
 * Every scenario, for every engine that is installed, side by side in one run. Machines are noisy, so what counts is the
 * ratio to ours: 1.00 is Estrato; for times more is slower than ours, for throughput less is slower than ours.
 *
 * `npm run bench` runs all; `npm run bench -- start pull terminal` chooses; BENCH_ROUNDS sets the rounds.
 */

const BUSYBOX = '/bin/busybox';
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const wanted = process.argv.slice(2);

function isWanted(name: string): boolean {
  return wanted.length === 0 || wanted.includes(name);
}

function report(scenario: Scenario, measurements: readonly (Measurement | undefined)[]): void {
  const known = measurements.filter((measurement) => measurement !== undefined);
  const ours = median(known[0]?.samples ?? []);
  process.stdout.write(`\n${scenario.title}\n`);
  for (const { peer, samples } of known) {
    const middle = median(samples);
    const ratio = (middle / ours).toFixed(2);
    process.stdout.write(
      `  ${peer.padEnd(18)} ${middle.toFixed(1).padStart(9)} ${scenario.unit.padEnd(5)} × ${ratio}   (${String(samples.length)} rounds)\n`,
    );
  }
}

/** The peers take turns within a scenario, so that a slow minute of the machine is everybody's. */
async function eachPeer(
  peers: readonly Peer[],
  measure: (peer: Peer) => Promise<Measurement>,
): Promise<readonly Measurement[]> {
  const measurements: Measurement[] = [];
  for (const peer of peers) measurements.push(await measure(peer));
  return measurements;
}

async function main(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'estrato-bench-'));
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => removeTree(directory));

  const registry = cleanup.use(await startBenchRegistry(directory));
  const busyboxRoot = await makeBusyboxRoot(directory, BUSYBOX);
  await pushImage(registry, directory, 'busybox:1', [['-C', busyboxRoot, '.']]);

  const started = [
    await startEstrato(join(directory, 'estrato')),
    await startDocker(join(directory, 'docker')),
    await startPodman(join(directory, 'podman'), registry.host),
  ];
  const peers = started.filter((peer) => peer !== undefined);
  for (const peer of peers) cleanup.use(peer);
  const small = `${registry.host}/busybox`;
  for (const peer of peers) await pullOnce(peer, small, '1');

  if (isWanted('start')) {
    const viaApi = await eachPeer(peers, (peer) => measureStart(peer, `${small}:1`, rounds * 4));
    const floor = await measureCrun(directory, BUSYBOX, rounds * 4);
    report({ title: 'Start to exit of `true`: create, start, wait, remove', unit: 'ms' }, [...viaApi, floor]);
  }
  if (isWanted('terminal')) {
    const figures = await eachPeer(peers, (peer) => measureTerminal(peer, `${small}:1`, 100, rounds));
    report({ title: 'Bytes through an attached terminal', unit: 'MB/s' }, figures);
  }
  if (isWanted('pull')) {
    await pushImage(registry, directory, 'big:1', bigLayers());
    const figures = await eachPeer(peers, (peer) =>
      measurePull(peer, `${registry.host}/big`, '1', Math.min(rounds, 3)),
    );
    report({ title: 'Pull of an image of about 600 MB in five layers', unit: 'ms' }, figures);
  }
}

/** Podman leaves its storage mounted on itself. */
async function removeTree(directory: string): Promise<void> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').map((line) => line.split(' ')[4] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${directory}/`)).toReversed()) {
    await promisify(execFile)('umount', ['-l', mount]).catch(() => undefined);
  }
  await rm(directory, { recursive: true, force: true });
}

/** Real files of this machine: programs, libraries, headers, documents; about 600 MB in five layers. */
function bigLayers(): readonly (readonly string[])[] {
  const parts = (
    process.env['BENCH_PARTS'] ?? 'usr/sbin+usr/libexec usr/include usr/share/doc usr/share/perl usr/lib/gcc'
  ).split(' ');
  return parts.map((part) => ['--ignore-failed-read', '-C', '/', ...part.split('+')]);
}

await main();
