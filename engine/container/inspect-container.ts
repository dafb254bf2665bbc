import { join } from 'node:path';

import type { ContainerSummary } from '#engine/contract/container.ts';
import { OWN_RUNTIME } from '#engine/runtime/runtimes.ts';

import { containerDir } from './container-dir.ts';
import type { ContainerParts } from './container-parts.ts';
import { portBindings, type PortMap } from './container-ports.ts';
import { volumeMounts, type ContainerMount } from './container-mount.ts';
import { exitCodeOf, isActive, isUp, type Container, type ContainerState } from './container.ts';
import { errorOf } from './describe-container.ts';
import {
  inspectHealth,
  inspectHealthCheck,
  type InspectedHealth,
  type InspectedHealthCheck,
} from './inspect-health.ts';
import { inspectIsolation, type InspectedIsolation } from './inspect-isolation.ts';
import { inspectLimits, type InspectedLimits } from './inspect-limits.ts';
import { mountPoint } from './list-containers.ts';
import { inspectNetworks, type InspectedNetworks } from './inspect-networks.ts';
import { noRestart } from './restart-policy.ts';

type Empty = Readonly<Record<string, never>>;

/** `ContainerInspectResponse` of the Docker Engine API: what this engine has of it. */
export interface ContainerInspect {
  readonly Id: string;
  readonly Created: string;
  readonly Path: string;
  readonly Args: string[];
  readonly State: InspectedState;
  readonly Image: string;
  readonly ResolvConfPath: string;
  readonly HostnamePath: string;
  readonly HostsPath: string;
  readonly LogPath: string;
  readonly Name: string;
  readonly RestartCount: number;
  readonly Driver: string;
  readonly Platform: string;
  readonly MountLabel: string;
  readonly ProcessLabel: string;
  readonly AppArmorProfile: string;
  readonly ExecIDs: string[];
  readonly HostConfig: InspectedHostConfig;
  readonly GraphDriver: { readonly Name: string; readonly Data: Readonly<Record<string, string>> };
  readonly Mounts: (Omit<ContainerSummary['Mounts'][number], 'Type'> & { readonly Type: ContainerMount['type'] })[];
  readonly Config: InspectedConfig;
  readonly NetworkSettings: InspectedNetworks;
}

interface InspectedState {
  readonly Status: ContainerState['status'];
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly OOMKilled: boolean;
  readonly Dead: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly Error: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly Health?: InspectedHealth;
}

interface InspectedHostConfig extends InspectedLimits, InspectedIsolation {
  readonly CgroupParent: string;
  readonly Binds: string[];
  readonly NetworkMode: string;
  readonly AutoRemove: boolean;
  readonly RestartPolicy: { readonly Name: string; readonly MaximumRetryCount: number };
  readonly CapAdd: string[];
  readonly CapDrop: string[];
  readonly GroupAdd: string[];
  readonly ExtraHosts: string[];
  readonly Dns: string[];
  readonly DnsSearch: string[];
  readonly DnsOptions: string[];
  readonly ShmSize: number;
  readonly PublishAllPorts: boolean;
  readonly ReadonlyRootfs: boolean;
  readonly PortBindings: PortMap;
  readonly ConsoleSize: [number, number];
  readonly Runtime: string;
  readonly Tmpfs: Record<string, string>;
}

interface InspectedConfig {
  readonly Hostname: string;
  readonly Domainname: string;
  readonly User: string;
  readonly AttachStdin: boolean;
  readonly AttachStdout: boolean;
  readonly AttachStderr: boolean;
  readonly ExposedPorts: Record<string, Empty>;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  readonly StdinOnce: boolean;
  readonly Env: string[];
  readonly Cmd: string[];
  readonly Image: string;
  readonly Volumes: Record<string, Empty>;
  readonly WorkingDir: string;
  readonly Entrypoint: string[];
  readonly Labels: Record<string, string>;
  readonly StopSignal: string;
  readonly StopTimeout: number;
  readonly Healthcheck?: InspectedHealthCheck;
}

/** Of /dev/shm, as Docker has it. */
const DEFAULT_SHM_BYTES = 64 * 1024 * 1024;

/** Go's zero time: what Docker says of what hasn't happened. */
const NEVER = '0001-01-01T00:00:00Z';

/** A container as `docker inspect` shows it. */
export function inspectContainer(parts: ContainerParts, ref: string): ContainerInspect {
  const container = parts.table.find(ref);
  const { id, name, imageId, createdAt, config } = container;
  const [path = '', ...args] = [...config.entrypoint, ...config.command];
  const dir = containerDir(parts, id);
  return {
    Id: id,
    Created: new Date(createdAt).toISOString(),
    Path: path,
    Args: args,
    State: { ...inspectState(container), ...inspectHealth(parts.table.health.get(id)) },
    Image: imageId,
    ResolvConfPath: join(dir, 'resolv.conf'),
    HostnamePath: join(dir, 'hostname'),
    HostsPath: join(dir, 'hosts'),
    LogPath: join(dir, 'log'),
    Name: `/${name}`,
    RestartCount: ('restarts' in container.state ? container.state.restarts?.count : undefined) ?? 0,
    Driver: parts.snapshots.driver,
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: parts.table.execs
      .of(id)
      .filter(({ state }) => state.status === 'running')
      .map((session) => session.id),
    HostConfig: inspectHostConfig(container),
    GraphDriver: { Name: parts.snapshots.driver, Data: { UpperDir: parts.snapshots.upperDir(id) } },
    Mounts: config.mounts.map((mount) => ({ ...mountPoint(mount), Type: mount.type })),
    Config: inspectConfig(container),
    NetworkSettings: inspectNetworks(parts, container),
  };
}

function inspectState(container: Container): InspectedState {
  const { state } = container;
  const time = (milliseconds: number | undefined): string =>
    milliseconds === undefined ? NEVER : new Date(milliseconds).toISOString();
  return {
    Status: state.status,
    // Docker's clients take a paused one for one that runs, too, and one that is about to.
    Running: isActive(state),
    Paused: state.status === 'paused',
    Restarting: state.status === 'restarting',
    OOMKilled: 'oomKilled' in state && state.oomKilled,
    Dead: false,
    Pid: isUp(state) ? state.pid : 0,
    ExitCode: exitCodeOf(state),
    Error: errorOf(container) ?? '',
    StartedAt: time('startedAt' in state ? state.startedAt : undefined),
    FinishedAt: time('finishedAt' in state ? state.finishedAt : undefined),
  };
}

/** As `-v` takes them; a volume that nobody named is among those of the configuration. */
function bindsOf(mounts: readonly ContainerMount[]): string[] {
  return mounts.flatMap((mount) => {
    if (mount.type === 'tmpfs' || (mount.type === 'volume' && mount.isAnonymous)) return [];
    const { source, destination, readOnly, options } = mount;
    const modes = [...(readOnly ? ['ro'] : []), ...options.filter((word) => word !== 'bind')];
    const place = `${mount.type === 'volume' ? mount.name : source}:${destination}`;
    return [modes.length === 0 ? place : `${place}:${modes.join(',')}`];
  });
}

function inspectHostConfig({ config }: Container): InspectedHostConfig {
  const { consoleSize, restartPolicy: policy = noRestart } = config;
  const tmpfs = config.mounts.filter(({ type }) => type === 'tmpfs');
  return {
    Binds: bindsOf(config.mounts),
    NetworkMode: config.network,
    AutoRemove: config.autoRemove,
    RestartPolicy: { Name: policy.name, MaximumRetryCount: policy.maximumRetries },
    CapAdd: config.capAdd,
    CapDrop: config.capDrop,
    GroupAdd: config.groupAdd ?? [],
    ExtraHosts: config.extraHosts ?? [],
    ...dnsOf(config),
    CgroupParent: config.cgroupParent ?? '',
    ShmSize: config.shmSizeBytes ?? DEFAULT_SHM_BYTES,
    ...inspectLimits(config),
    ...inspectIsolation(config),
    PublishAllPorts: config.publishAllPorts === true,
    ReadonlyRootfs: config.readOnlyRootfs,
    PortBindings: portBindings(config),
    ConsoleSize: [consoleSize?.rows ?? 0, consoleSize?.columns ?? 0],
    Runtime: config.runtime ?? OWN_RUNTIME,
    Tmpfs: Object.fromEntries(tmpfs.map(({ destination, options }) => [destination, options.join(',')])),
  };
}

function dnsOf({ dns }: Container['config']): Pick<InspectedHostConfig, 'Dns' | 'DnsSearch' | 'DnsOptions'> {
  return { Dns: dns?.servers ?? [], DnsSearch: dns?.search ?? [], DnsOptions: dns?.options ?? [] };
}

function inspectConfig({ config }: Container): InspectedConfig {
  return {
    Hostname: config.hostname,
    Domainname: config.domainname,
    User: config.user,
    AttachStdin: config.attached.stdin,
    AttachStdout: config.attached.stdout,
    AttachStderr: config.attached.stderr,
    ExposedPorts: Object.fromEntries(config.exposedPorts.map((port) => [port, {}])),
    Tty: config.tty,
    OpenStdin: config.openStdin,
    StdinOnce: config.stdinOnce,
    Env: config.env,
    Cmd: config.command,
    Image: config.image,
    Volumes: Object.fromEntries(
      volumeMounts(config.mounts).flatMap(({ isAnonymous, destination }) => (isAnonymous ? [[destination, {}]] : [])),
    ),
    WorkingDir: config.workingDir,
    Entrypoint: config.entrypoint,
    Labels: config.labels,
    StopSignal: config.stopSignal,
    StopTimeout: config.stopTimeoutSeconds,
    ...inspectHealthCheck(config.healthCheck),
  };
}
