import { makeBusyboxRoot } from './busybox-root.ts';
import { removeEmptyGroups } from './cgroup-leftovers.ts';
import { fillWithContainers } from './crowd.ts';
import { enclosedDirectory, runEnclosed } from './enclosure.ts';
import { layeredImage } from './layered-image.ts';
import { takeTurns, type Bench, type Figures, type Measure } from './measure.ts';
import { buildCached, buildChanged, buildCold, buildStages } from './measures/build.ts';
import { cliRun, removeRunning } from './measures/cli.ts';
import { contextSessionMemory, contextTarMemory } from './measures/build-context.ts';
import { coldStartCrowded, coldStartEmpty } from './measures/cold-start.ts';
import { echo } from './measures/echo.ts';
import { exec } from './measures/exec.ts';
import { images } from './measures/images.ts';
import { compareImages, inspectMemory, openLayer, scrubStep, searchMillion } from './measures/inspected.ts';
import { load, pullLayers, pullMemory, pullUnpacked, save } from './measures/layered.ts';
import { list } from './measures/list.ts';
import { crowdedMemory, idleMemory, shimMemory } from './measures/memory.ts';
import { pipeOutput, terminalOutput } from './measures/output.ts';
import { connectionsAtOnce, followers, leak, runsAtOnce, terminals } from './measures/clients.ts';
import { pullBig } from './measures/pull.ts';
import { pushAgain, pushBuilt, pushPulled } from './measures/pushed.ts';
import { startBridge, startMany24, startNone } from './measures/start.ts';
import { findPeers } from './peers.ts';
import { pull } from './pull.ts';
import { pushImage, startBenchRegistry } from './registry.ts';
import { lineOf } from './report.ts';

/*
 * Every measure, for every engine that is installed, side by side in one run, with what Estrato is to reach.
 *
 * `npm run bench` takes all of them, `npm run bench -- containers` the table of what containers cost, `-- images` that
 * of images, `-- clients` that of many clients at once, `-- builds` that of builds, and `npm run bench -- start exec` those whose names begin so. Needs root.
 * BENCH_ROUNDS multiplies the rounds, BENCH_PEERS names the peers to compare, BENCH_VERBOSE shows what they say.
 */

/** What containers cost: a table that is made in ten minutes. */
const ofContainers: readonly Measure[] = [
  startBridge,
  startNone,
  exec,
  cliRun,
  shimMemory,
  idleMemory,
  coldStartEmpty,
  startMany24,
  removeRunning,
  terminalOutput,
  pipeOutput,
  echo,
  crowdedMemory,
  coldStartCrowded,
  list,
];

/** What images cost to move, to keep and to look into: a table that is made in a quarter of an hour. */
const ofImages: readonly Measure[] = [
  pullLayers,
  pullUnpacked,
  pullMemory,
  pushPulled,
  pushBuilt,
  pushAgain,
  save,
  load,
  images,
  openLayer,
  scrubStep,
  compareImages,
  searchMillion,
  inspectMemory,
];

/** What many clients at once are told, and what they leave behind. */
const ofClients: readonly Measure[] = [connectionsAtOnce, followers, terminals, runsAtOnce, leak];

/** What it costs to build. */
const ofBuilds: readonly Measure[] = [
  buildCold,
  buildCached,
  buildChanged,
  buildStages,
  contextTarMemory,
  contextSessionMemory,
];

const others: readonly Measure[] = [pullBig];

const groups: Readonly<Record<string, readonly Measure[]>> = {
  containers: ofContainers,
  images: ofImages,
  clients: ofClients,
  builds: ofBuilds,
};

async function main(directory: string): Promise<void> {
  const wanted = wantedMeasures(process.argv.slice(2));
  await using cleanup = new AsyncDisposableStack();
  const bench = await openBench(directory, cleanup);
  const lines: string[] = [];
  const take = async (measure: Measure): Promise<void> => {
    process.stderr.write(`${measure.name}: ${measure.title} …\n`);
    lines.push(lineOf(measure, await figuresOf(measure, bench)));
    process.stderr.write(`  ${lines.at(-1) ?? ''}\n`);
  };

  for (const measure of wanted.filter(({ isCrowded }) => isCrowded !== true)) await take(measure);
  const crowded = wanted.filter(({ isCrowded }) => isCrowded === true);
  if (crowded.length > 0) {
    process.stderr.write('a thousand stopped containers for each …\n');
    for (const peer of bench.peers) await fillWithContainers(peer, bench.image);
  }
  for (const measure of crowded) await take(measure);
  process.stdout.write(`\n${lines.join('\n')}\n`);
}

function wantedMeasures(names: readonly string[]): readonly Measure[] {
  const measures = [...ofContainers, ...ofImages, ...ofClients, ...ofBuilds, ...others];
  const isWanted = (measure: Measure): boolean =>
    names.some((name) => groups[name]?.includes(measure) ?? measure.name.startsWith(name));
  const wanted = names.length === 0 ? measures : measures.filter(isWanted);
  if (wanted.length > 0) return wanted;
  throw new Error(
    `no measure begins with ${names.join(', ')}; there are: ${measures.map(({ name }) => name).join(' ')}`,
  );
}

/** Engines that answer, and an image that each of them has. */
async function openBench(directory: string, cleanup: AsyncDisposableStack): Promise<Bench> {
  const busybox = '/bin/busybox';
  const registry = cleanup.use(await startBenchRegistry(directory));
  await pushImage(registry.host, directory, 'busybox:1', [['-C', await makeBusyboxRoot(directory, busybox), '.']]);
  const chosen = process.env['BENCH_PEERS']?.split(',');
  const installed = await findPeers(directory, registry.host);
  const peers = installed.filter(({ name }) => chosen === undefined || chosen.includes(name));
  for (const peer of peers) {
    cleanup.use(peer);
    await peer.start();
    await pull(peer, `${registry.host}/busybox`, '1');
  }
  return { peers, directory, busybox, image: `${registry.host}/busybox:1`, registryHost: registry.host };
}

async function figuresOf(measure: Measure, bench: Bench): Promise<Figures> {
  await using undo = new AsyncDisposableStack();
  const rounds = Math.max(1, Math.round(measure.rounds * Number(process.env['BENCH_ROUNDS'] ?? 1)));
  const contestants = await measure.contestants(bench, undo);
  return await takeTurns(contestants, { rounds, warmsUp: measure.warmsUp }, (name, reason) => {
    process.stderr.write(`  ${name} is left out: ${reason instanceof Error ? reason.message : String(reason)}\n`);
  });
}

const directory = enclosedDirectory();
if (directory !== undefined) {
  await main(directory);
} else {
  // Made of packages, to which no way leads from inside.
  if (wantedMeasures(process.argv.slice(2)).some((measure) => ofImages.includes(measure))) await layeredImage();
  runEnclosed();
  await removeEmptyGroups();
}
