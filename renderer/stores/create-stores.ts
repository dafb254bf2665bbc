import type { EngineClient } from '#engine/contract/client.ts';
import type { EngineNews } from '#engine/contract/event.ts';

import { type BuildInsightStore, createBuildInsightStore } from './build-insight.ts';
import { type BuildShellsStore, createBuildShellsStore } from './build-shells.ts';
import { type BuildsStore, createBuildsStore } from './builds.ts';
import { type ComparisonStore, createComparisonStore } from './comparison.ts';
import { type ContainerChangesStore, createContainerChangesStore } from './container-changes.ts';
import { type ContainersStore, createContainersStore } from './containers.ts';
import { followEngine } from './engine-feed.ts';
import { createFileViewStore, type FileViewStore } from './file-view.ts';
import { createImageContentsStore, type ImageContentsStore } from './image-contents.ts';
import { createImageRemovalStore, type ImageRemovalStore } from './image-removal.ts';
import { createImagesStore, type ImagesStore } from './images.ts';
import { createJobsStore, type JobsStore } from './jobs.ts';
import { createLayerTreeStore, type LayerTreeStore } from './layer-tree.ts';
import { createLogsStore, type LogsStore } from './logs.ts';
import { createDockerContextStore, type DockerContextStore } from './docker-context.ts';
import { createRuntimesStore, type RuntimesStore } from './runtimes.ts';
import { createLogSettingsStore, type LogSettingsStore } from './log-settings.ts';
import { createNetworksStore, type NetworksStore } from './networks.ts';
import { createProcessesStore, type ProcessesStore } from './processes.ts';
import { createPullFormStore, type PullFormStore } from './pull-form.ts';
import { createRegistriesStore, type RegistriesStore } from './registries.ts';
import { createRemovalStore, type RemovalStore } from './removal.ts';
import { createRepositorySearchStore, type RepositorySearchStore } from './repository-search.ts';
import { createSavePointsStore, type SavePointsStore } from './save-points.ts';
import { createSearchStore, type SearchStore } from './search.ts';
import { createServedRegistryStore, type ServedRegistryStore } from './served-registry.ts';
import { createSessionsStore, type SessionsStore } from './sessions.ts';
import { createSettingsStore, type SettingsStore } from './settings.ts';
import { createSharedMapStore, type SharedMapStore } from './shared-map.ts';
import { createSizeMapStore, type SizeMapStore } from './size-map.ts';
import { createStatsStore, type StatsStore } from './stats.ts';
import { createStorageStore, type StorageStore } from './storage.ts';
import { createSystemStore, type SystemStore } from './system.ts';
import { createTagHistoryStore, type TagHistoryStore } from './tag-history.ts';
import { createTerminalSettingsStore, type TerminalSettingsStore } from './terminal-settings.ts';
import { createTransfersStore, type TransfersStore } from './transfers.ts';
import { createTrashStore, type TrashStore } from './trash.ts';
import { createUsageStore, type UsageStore } from './usage.ts';
import { createUsedByStore, type UsedByStore } from './used-by.ts';
import { createVolumesStore, type VolumesStore } from './volumes.ts';
import { createWhyBigStore, type WhyBigStore } from './why-big.ts';

/** Every store of a window: one per kind of thing. */
export interface AppStores {
  readonly images: ImagesStore;
  readonly builds: BuildsStore;
  readonly buildInsight: BuildInsightStore;
  readonly buildShells: BuildShellsStore;
  readonly imageRemoval: ImageRemovalStore;
  readonly tagHistory: TagHistoryStore;
  readonly storage: StorageStore;
  readonly logSettings: LogSettingsStore;
  readonly runtimes: RuntimesStore;
  readonly dockerContext: DockerContextStore;
  readonly layerTree: LayerTreeStore;
  readonly fileView: FileViewStore;
  readonly whyBig: WhyBigStore;
  readonly sizeMap: SizeMapStore;
  readonly imageContents: ImageContentsStore;
  readonly sharedMap: SharedMapStore;
  readonly usedBy: UsedByStore;
  readonly comparison: ComparisonStore;
  readonly jobs: JobsStore;
  readonly pullForm: PullFormStore;
  readonly transfers: TransfersStore;
  readonly registries: RegistriesStore;
  readonly servedRegistry: ServedRegistryStore;
  readonly repositorySearch: RepositorySearchStore;
  readonly system: SystemStore;
  readonly settings: SettingsStore;
  readonly containers: ContainersStore;
  readonly volumes: VolumesStore;
  readonly containerChanges: ContainerChangesStore;
  readonly processes: ProcessesStore;
  readonly stats: StatsStore;
  readonly usage: UsageStore;
  readonly savePoints: SavePointsStore;
  readonly networks: NetworksStore;
  readonly trash: TrashStore;
  readonly removal: RemovalStore;
  readonly search: SearchStore;
  readonly sessions: SessionsStore;
  readonly logs: LogsStore;
  readonly terminalSettings: TerminalSettingsStore;
}

/** Where a window keeps its settings, and the languages its person reads. */
export interface StoreSurroundings {
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly languages: readonly string[];
}

export function createStores(engine: EngineClient, { storage, languages }: StoreSurroundings): AppStores {
  const containers = createContainersStore(engine);
  const trash = createTrashStore(engine);
  return {
    images: createImagesStore(engine),
    builds: createBuildsStore(engine),
    buildInsight: createBuildInsightStore(engine),
    buildShells: createBuildShellsStore(engine),
    imageRemoval: createImageRemovalStore(engine),
    tagHistory: createTagHistoryStore(engine),
    storage: createStorageStore(engine),
    logSettings: createLogSettingsStore(engine),
    runtimes: createRuntimesStore(engine),
    dockerContext: createDockerContextStore(engine),
    layerTree: createLayerTreeStore(engine),
    fileView: createFileViewStore(engine),
    whyBig: createWhyBigStore(engine),
    sizeMap: createSizeMapStore(engine),
    imageContents: createImageContentsStore(engine),
    sharedMap: createSharedMapStore(engine),
    usedBy: createUsedByStore(engine),
    comparison: createComparisonStore(engine),
    jobs: createJobsStore(engine),
    pullForm: createPullFormStore(),
    transfers: createTransfersStore(engine),
    registries: createRegistriesStore(engine),
    servedRegistry: createServedRegistryStore(engine),
    repositorySearch: createRepositorySearchStore(engine),
    system: createSystemStore(engine),
    settings: createSettingsStore(storage, languages),
    containers,
    volumes: createVolumesStore(engine),
    containerChanges: createContainerChangesStore(engine),
    processes: createProcessesStore(engine),
    stats: createStatsStore(engine),
    usage: createUsageStore(engine),
    savePoints: createSavePointsStore(engine),
    networks: createNetworksStore(engine),
    trash,
    removal: createRemovalStore({ containers, trash }),
    search: createSearchStore(engine),
    sessions: createSessionsStore(engine),
    logs: createLogsStore(engine),
    terminalSettings: createTerminalSettingsStore(storage),
  };
}

/** Keeps the stores as the engine is, until the signal fires. */
export async function feedStores(engine: EngineClient, stores: AppStores, signal: AbortSignal): Promise<void> {
  await followEngine(
    engine,
    { onStart: () => refreshAll(stores), onNews: (news) => deliver(stores, news) },
    { signal },
  );
}

function refreshAll({ images, builds, jobs, system, containers, volumes, networks, trash }: AppStores): void {
  images.getState().refreshAll();
  void jobs.getState().refresh();
  void builds.getState().refresh();
  void system.getState().refresh();
  void volumes.getState().refresh();
  void networks.getState().refresh();
  void trash.getState().refresh();
  const { refresh, refreshDetails, details } = containers.getState();
  void refresh();
  for (const id of Object.keys(details)) void refreshDetails(id);
}

function deliver(stores: AppStores, news: EngineNews): void {
  if ('job' in news) {
    stores.jobs.getState().onJob(news.job);
    stores.builds.getState().onJob(news.job);
    return;
  }
  const { images, tagHistory, storage, sharedMap, usedBy, containers, volumes } = stores;
  const { savePoints, networks, trash, sessions, logs } = stores;
  const followers = [
    images,
    tagHistory,
    storage,
    sharedMap,
    usedBy,
    containers,
    volumes,
    savePoints,
    networks,
    trash,
    sessions,
    logs,
  ];
  for (const store of followers) {
    store.getState().onEvent(news.event);
  }
}
