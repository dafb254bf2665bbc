import { arch, hostname } from 'node:os';

import { listContainers } from '#engine/container/list-containers.ts';
import { listImages } from '#engine/image/list-images.ts';
import type { Engine } from '#engine/server/engine.ts';

import { speaksAtLeast } from './api-version.ts';

/** Fields of `SystemInfo` that are the same on every machine: mostly what this engine is without. */
const constants = {
  ContainersPaused: 0,
  DriverStatus: [],
  Plugins: {
    Volume: ['local'],
    Network: ['bridge', 'host', 'null'],
    Authorization: [],
    Log: ['json-file', 'local', 'none'],
  },
  SwapLimit: false,
  CpuCfsPeriod: false,
  CpuCfsQuota: false,
  CPUShares: false,
  CPUSet: false,
  IPv4Forwarding: true,
  Debug: false,
  NFd: 0,
  OomKillDisable: false,
  NGoroutines: 0,
  LoggingDriver: 'json-file',
  CgroupDriver: 'cgroupfs',
  OSVersion: '',
  OSType: 'linux',
  IndexServerAddress: 'https://index.docker.io/v1/',
  RegistryConfig: { InsecureRegistryCIDRs: ['127.0.0.0/8'], IndexConfigs: {}, Mirrors: [] },
  GenericResources: [],
  HttpProxy: '',
  HttpsProxy: '',
  NoProxy: '',
  Labels: [],
  ExperimentalBuild: false,
  Swarm: {
    NodeID: '',
    NodeAddr: '',
    LocalNodeState: 'inactive',
    ControlAvailable: false,
    Error: '',
    RemoteManagers: null,
  },
  LiveRestoreEnabled: true,
  Isolation: '',
  InitBinary: '',
  ContainerdCommit: { ID: '' },
  RuncCommit: { ID: '' },
  InitCommit: { ID: '' },
  CDISpecDirs: [],
  DiscoveredDevices: [],
  DefaultAddressPools: [],
  FirewallBackend: { Driver: 'nftables' },
} as const;

/** Dropped by version 1.50 of the API (its version history): older clients read them still. */
const olderFields = {
  BridgeNfIptables: false,
  BridgeNfIp6tables: false,
  ContainerdCommit: { ID: '', Expected: '' },
  RuncCommit: { ID: '', Expected: '' },
  InitCommit: { ID: '', Expected: '' },
} as const;

/** `SystemInfo` of the Docker Engine API. @param url of the request, which has the client's version. */
export async function dockerInfo(engine: Engine, url: string): Promise<Record<string, unknown>> {
  const machine = await engine.info();
  const runtimes = engine.containers.runtime;
  const containers = listContainers(engine.containers, { all: true });
  const running = containers.filter(({ State }) => State === 'running').length;
  const paused = containers.filter(({ State }) => State === 'paused').length;
  return {
    ...constants,
    ...(speaksAtLeast(url, '1.50') ? {} : olderFields),
    NEventsListener: engine.events.listeners,
    ID: machine.engineId,
    Containers: containers.length,
    ContainersRunning: running,
    ContainersPaused: paused,
    ContainersStopped: containers.length - running - paused,
    Images: listImages(engine.images).length,
    Driver: machine.storageDriver,
    DockerRootDir: machine.dataRoot,
    MemoryLimit: machine.cgroupMode !== 'none',
    PidsLimit: machine.cgroupMode !== 'none',
    Runtimes: Object.fromEntries([...runtimes.paths].map(([name, path]) => [name, { path }])),
    DefaultRuntime: runtimes.usual,
    SystemTime: new Date().toISOString(),
    CgroupVersion: machine.cgroupMode === 'v2' ? '2' : '1',
    KernelVersion: machine.kernelVersion,
    OperatingSystem: machine.operatingSystem,
    Architecture: machineName(),
    NCPU: machine.cpus,
    MemTotal: machine.memoryBytes,
    Name: hostname(),
    ServerVersion: engine.version,
    SecurityOptions: ['name=seccomp,profile=builtin', ...(machine.isRootless ? ['name=rootless'] : [])],
    Warnings: machine.warnings,
  };
}

/** As uname(1) says it, where Docker has Go's names everywhere else. */
function machineName(): string {
  const names: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
  return names[arch()] ?? arch();
}
