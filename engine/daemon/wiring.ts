import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { replaceFile } from '#engine/async/replace-file.ts';
import { buildPlaces } from '#engine/build/build-parts.ts';
import { recoverBuilds } from '#engine/build/recover-builds.ts';
import type { ContainerParts } from '#engine/container/container-parts.ts';
import { networkUsage } from '#engine/container/container-networks.ts';
import { ContainerTable, imageUsage } from '#engine/container/container-table.ts';
import { storedRuntime } from '#engine/container/usual-runtime.ts';
import { recoverOwnNetworks } from '#engine/container/recover-own-networks.ts';
import { recoverContainers } from '#engine/container/recover-containers.ts';
import { RestartTimers } from '#engine/container/restart-timers.ts';
import { endBriefPauses, volumeUsage } from '#engine/container/stand-still.ts';
import { startAgain } from '#engine/container/start-container.ts';
import { trashedContainers } from '#engine/container/trashed-containers.ts';
import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import { MemoryEventBus } from '#engine/events/memory-event-bus.ts';
import { collectGarbage } from '#engine/image/collect-garbage.ts';
import { sweepDocuments } from '#engine/image/kept-documents.ts';
import { storeLedger } from '#engine/image/store-ledger.ts';
import { trashedImages, trashedTags } from '#engine/image/trashed-images.ts';
import { Comparisons } from '#engine/inspect/comparisons.ts';
import { InspectThread } from '#engine/inspect/inspect-thread.ts';
import { LayerSearch } from '#engine/inspect/layer-search.ts';
import { MemoryJobBoard } from '#engine/jobs/job-board.ts';
import { chooseLayerForm } from '#engine/layer/choose-layer-form.ts';
import { FileLayerStore } from '#engine/layer/file-layer-store.ts';
import { openDatabase } from '#engine/metadata/database.ts';
import type { DataRoot } from '#engine/metadata/data-root.ts';
import { openDataRoot } from '#engine/metadata/data-root.ts';
import { ownNetwork } from '#engine/network/network-home.ts';
import { openNetworks } from '#engine/network/open-networks.ts';
import { makePredefined } from '#engine/network/recover-networks.ts';
import { SharedNetwork } from '#engine/network/shared-network.ts';
import { HttpRegistryClient } from '#engine/registry/http-registry-client.ts';
import { EstratoRuntime } from '#engine/runtime/estrato-runtime.ts';
import { findOtherRuntimes, OWN_RUNTIME, Runtimes } from '#engine/runtime/runtimes.ts';
import type { Engine } from '#engine/server/engine.ts';
import { RegistrySwitch } from '#engine/server/registry/registry-switch.ts';
import { offerTransfers } from '#engine/server/transfer-jobs.ts';
import type { Log } from '#engine/server/log.ts';
import { chooseSnapshotter } from '#engine/snapshot/choose-snapshotter.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';
import { StatsKeeper } from '#engine/stats/stats-keeper.ts';
import { recoverTrash, settleTrash } from '#engine/trash/recover-trash.ts';
import { TrashKeeper } from '#engine/trash/trash-keeper.ts';
import type { TrashParts } from '#engine/trash/trash-parts.ts';
import { TrashTable } from '#engine/trash/trash-table.ts';
import { recoverVolumes, releaseVolumes } from '#engine/volume/recover-volumes.ts';
import { trashedVolumes } from '#engine/volume/trashed-volumes.ts';
import { VolumeTable } from '#engine/volume/volume-table.ts';

import { launcherPath, readVersion } from './shipped-files.ts';
import { offerDockerContext } from './offer-docker-context.ts';
import { systemCheck } from './system-check.ts';
import { systemInfo } from './system-info.ts';

/** An engine with its stores open and nothing half done in them. Disposing gives the data root back. */
export interface OpenEngine extends AsyncDisposable {
  readonly engine: Engine;
}

export interface OpenOptions {
  /** What makes the containers that ask for no other; this engine's own unless told. */
  readonly defaultRuntime?: string | undefined;
  /** Of the unix socket that it answers at: `unix:///PATH`. */
  readonly host?: string | undefined;
}

/**
 * Opens the stores, builds each part in the order of the imports, and undoes or finishes what the last engine left.
 *
 * @throws EngineError when the data root is held by another engine, can't be written or was made by a newer one.
 */
export async function openEngine(path: string, log: Log, options: OpenOptions = {}): Promise<OpenEngine> {
  const { defaultRuntime, host } = options;
  await using undo = new AsyncDisposableStack();
  const root = undo.use(await openDataRoot(path));
  const database = undo.adopt(openDatabase(root.databasePath), (open) => open.close());
  const events = new MemoryEventBus();
  const trash = undo.use(openTrash(root, { database, events, log }));
  const { containers, images } = await openParts(root, trash.parts, { undo, defaultRuntime });
  const jobs = new MemoryJobBoard();
  undo.defer(() => endJobs(jobs));
  undo.use(containers.restarts);

  undo.use(containers.networks.host);
  await recoverTrash(trash.parts);
  await recoverVolumes(containers.volumes);
  await makePredefined(containers.networks);
  await recoverContainers(containers, (err, id) => log.error({ err, id }, 'a container could not be taken over'));
  const thread = undo.use(new InspectThread());
  const version = await readVersion();
  const builds = { database, images, containers, thread, version, ...buildPlaces(root.path) };
  await recoverBuilds(builds);
  await endBriefPauses(containers);
  await releaseVolumes(containers.volumes);
  await recoverOwnNetworks(containers);
  settleTrash(trash.parts);
  sweepDocuments(database);
  await collectGarbage(images);
  const ledger = undo.use(storeLedger(images));
  ledger.reconcile();
  const stats = undo.use(new StatsKeeper(containers));

  const identity = { version, id: await engineId(root.path), dataRoot: root.path };
  const info = async (): ReturnType<typeof systemInfo> =>
    systemInfo(identity, {
      storageDriver: containers.snapshots.driver,
      networks: await containers.networks.host.ability(),
    });
  const engine = {
    version,
    startedAt: Date.now(),
    dataRoot: root.path,
    images,
    containers,
    search: undo.use(new LayerSearch()),
    thread,
    comparisons: undo.use(new Comparisons(containers, thread)),
    builds,
    jobs,
    events: containers.events,
    stats,
    registrySwitch: undo.use(new RegistrySwitch(images, log)),
    log,
    info,
    check: async () => systemCheck(await info()),
    dockerContext: offerDockerContext(host),
  };
  offerTransfers(engine);
  containers.restarts.begin();
  const owned = undo.move();
  return { engine, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

interface OpenTrash extends AsyncDisposable {
  readonly parts: TrashParts;
}

/** Disposed before the database is closed, it has ended what it did beside. */
function openTrash(
  { path: root, trashDir }: DataRoot,
  { database, events, log }: Pick<TrashParts, 'database' | 'events'> & { readonly log: Log },
): OpenTrash {
  const table = new TrashTable(database);
  const wake = (): void => keeper.wake();
  const parts: TrashParts = { database, root, trashDir, events, table, kinds: new Map(), wake };
  const keeper = new TrashKeeper(parts, (err) => log.error({ err }, 'the trash could not be kept to its budget'));
  return { parts, [Symbol.asyncDispose]: () => keeper[Symbol.asyncDispose]() };
}

/** @param asked must be there. @param chosen may have been uninstalled since: then it is this engine's own. */
function openRuntimes(own: EstratoRuntime, asked: string | undefined, chosen: string | undefined): Runtimes {
  const others = findOtherRuntimes();
  const usual = asked ?? (chosen !== undefined && others.has(chosen) ? chosen : OWN_RUNTIME);
  return new Runtimes({ launcherPath, own, others, usual });
}

async function openParts(
  root: DataRoot,
  trash: TrashParts,
  { undo, defaultRuntime }: { undo: AsyncDisposableStack; defaultRuntime: string | undefined },
): Promise<{ containers: ContainerParts; images: ContainerParts['images'] }> {
  const blobs = new FileBlobStore(root.blobsDir);
  await blobs.sweep();
  const layersDir = root.layersDir;
  const form = await chooseLayerForm({ dir: layersDir, launcherPath, knownPath: join(root.path, 'erofs') });
  const layers = new FileLayerStore({ dir: layersDir, blobs, launcherPath, form });
  await layers.sweep();
  const snapshots = await chooseSnapshotter(root.snapshotsDir, layers, join(root.path, 'overlay'));
  const own = undo.use(new EstratoRuntime({ launcherPath, dir: root.path }));
  const { database, events } = trash;
  const runtime = openRuntimes(own, defaultRuntime, storedRuntime(database));
  const table = new ContainerTable(database);
  const images = {
    database,
    blobs,
    layers,
    events,
    registry: new HttpRegistryClient({ knownPath: join(root.path, 'registries.json') }),
    usage: imageUsage(table, trash.table),
    trash,
    temporaryDir: root.temporaryDir,
  };
  const { containersDir, volumesDir } = root;
  const usage = volumeUsage(table, () => containers);
  const volumes = { volumesDir, layers, launcherPath, trash, events, usage, table: new VolumeTable(database) };
  const networks = await openNetworks(database, {
    events,
    usage: networkUsage(table),
    changeNetworks: (steps) => own.changeNetworks(steps),
    // A copy of a data root is another engine.
    identity: `${await engineId(root.path)} ${root.path}`,
    dataRoot: root.path,
    home: isInUserNamespace() ? new SharedNetwork({ dir: root.path, launcherPath }) : ownNetwork,
  });
  // Why one could not be started again is in its state.
  const restarts = new RestartTimers((id) => void startAgain(containers, id).catch(() => undefined));
  const containers: ContainerParts = {
    database,
    containersDir,
    images,
    snapshots,
    layers,
    volumes,
    trash,
    networks,
    runtime,
    launcherPath,
    events,
    table,
    restarts,
  };
  trash.kinds.set('volume', trashedVolumes(volumes)).set('container', trashedContainers(containers));
  trash.kinds.set('image', trashedImages(images)).set('tag', trashedTags(images));
  return { images, containers };
}

/** Jobs end with the engine, each after undoing what it has half done; what can be gone on with is paused. */
async function endJobs(jobs: MemoryJobBoard): Promise<void> {
  const running = jobs.list().filter(({ state }) => state === 'running');
  for (const { id, isResumable } of running) {
    if (isResumable === true) jobs.pause(id);
    else jobs.cancel(id);
  }
  await Promise.all(running.map(({ id }) => jobs.settled(id)));
}

/** What tells one engine from another for as long as its data root lives. */
async function engineId(root: string): Promise<string> {
  const path = join(root, 'engine-id');
  const known = await readFile(path, 'utf8').catch(() => '');
  if (known.trim() !== '') return known.trim();
  const id = randomUUID();
  await replaceFile(path, `${id}\n`, { flush: true });
  return id;
}
