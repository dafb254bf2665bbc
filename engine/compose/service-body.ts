import type { CreateBody, HealthBody, HostBody, MountBody } from '#engine/run-options/create-body.ts';
import { parseCpus, parseDuration } from '#engine/run-options/numbers.ts';
import { parseDevice, parseRestart } from '#engine/run-options/parse-device.ts';
import { absoluteBind, type Absolute } from '#engine/run-options/parse-mount.ts';
import { parsePublish } from '#engine/run-options/parse-publish.ts';
import { parseSize } from '#engine/run-options/parse-size.ts';

import type { Service } from './compose-file.ts';
import type { Variables } from './interpolate.ts';
import { labels } from './labels.ts';
import { isPath, networksOf, type NamedService, type Project } from './project.ts';
import { splitWords } from './split-words.ts';

export interface BodyParts {
  readonly absolute: Absolute;
  /** What names alone, in `environment`, stand for. */
  readonly variables: Variables;
  /** Lines of the service's `env_file`s: `NAME=value`. */
  readonly fileLines: readonly string[];
}

/** What a service's image is called: its own word, or the project's for what is built. */
export function imageOf({ name }: Pick<Project, 'name'>, { service, said }: NamedService): string {
  return said.image ?? `${name}-${service}`;
}

/**
 * The request for a container of a service, without what differs from one to the next.
 * @throws EngineError `invalid-argument` for a value that means nothing.
 */
export function serviceBody(project: Project, named: NamedService, parts: BodyParts): CreateBody {
  const { said, service } = named;
  const body: CreateBody = {
    Image: imageOf(project, named),
    Env: environmentOf(said, parts),
    Tty: said.tty,
    OpenStdin: said.stdin_open,
    Hostname: said.hostname,
    Domainname: said.domainname,
    User: said.user,
    WorkingDir: said.working_dir,
    MacAddress: said.mac_address,
    StopSignal: said.stop_signal,
    StopTimeout: said.stop_grace_period === undefined ? undefined : parseDuration(said.stop_grace_period) / 1e9,
    Labels: {
      ...textPairs(said.labels),
      [labels.project]: project.name,
      [labels.service]: service,
      [labels.oneOff]: 'False',
      [labels.folder]: project.folder,
      [labels.files]: project.files.join(','),
    },
    HostConfig: { ...limitsOf(said), ...isolationOf(said), ...hostOf(said) },
  };
  if (said.command !== undefined && said.command !== null) body.Cmd = splitWords(said.command);
  if (said.entrypoint !== undefined && said.entrypoint !== null) body.Entrypoint = splitWords(said.entrypoint);
  if (said.healthcheck !== undefined) body.Healthcheck = healthOf(said.healthcheck);
  addPorts(body, said);
  addMounts(body, said, { project, absolute: parts.absolute });
  addNetworks(body, named, project);
  return body;
}

function environmentOf({ environment = {} }: Service, { variables, fileLines }: BodyParts): string[] {
  const own = Object.entries(environment).flatMap(([name, value]) => {
    const known = value ?? variables[name];
    return known === undefined ? [] : [`${name}=${known}`];
  });
  return [...fileLines, ...own];
}

function textPairs(pairs: Readonly<Record<string, string | null>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(pairs).map(([name, value]) => [name, value ?? '']));
}

function healthOf(said: NonNullable<Service['healthcheck']>): HealthBody {
  if (said.disable === true) return { Test: ['NONE'] };
  const span = (text: string | undefined): number | undefined => (text === undefined ? undefined : parseDuration(text));
  return {
    Test: typeof said.test === 'string' ? ['CMD-SHELL', said.test] : said.test,
    Interval: span(said.interval),
    Timeout: span(said.timeout),
    StartPeriod: span(said.start_period),
    StartInterval: span(said.start_interval),
    Retries: said.retries,
  };
}

/** What the two ways of saying it have in common: a service's own words win over those of `deploy`. */
function limitsOf(said: Service): HostBody {
  const { limits = {}, reservations = {} } = said.deploy?.resources ?? {};
  const cpus = said.cpus ?? limits.cpus;
  return {
    Memory: sizeOf(said.mem_limit ?? limits.memory),
    MemoryReservation: sizeOf(said.mem_reservation ?? reservations.memory),
    MemorySwap: said.memswap_limit === '-1' ? -1 : sizeOf(said.memswap_limit),
    NanoCpus: cpus === undefined ? undefined : parseCpus(cpus),
    CpuShares: said.cpu_shares,
    CpusetCpus: said.cpuset,
    PidsLimit: said.pids_limit ?? limits.pids,
    ShmSize: sizeOf(said.shm_size),
  };
}

function sizeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseSize(text);
}

function isolationOf(said: Service): HostBody {
  return {
    Privileged: said.privileged,
    CapAdd: said.cap_add,
    CapDrop: said.cap_drop,
    SecurityOpt: said.security_opt,
    Sysctls: said.sysctls === undefined ? undefined : textPairs(said.sysctls),
    GroupAdd: said.group_add,
    PidMode: said.pid,
    IpcMode: said.ipc,
    UTSMode: said.uts,
    UsernsMode: said.userns_mode,
    Devices: said.devices?.map(parseDevice),
    Ulimits: Object.entries(said.ulimits ?? {}).map(([Name, { soft, hard }]) => ({ Name, Soft: soft, Hard: hard })),
  };
}

function hostOf(said: Service): HostBody {
  const { driver, options } = said.logging ?? {};
  return {
    RestartPolicy: said.restart === undefined ? undefined : parseRestart(said.restart),
    Init: said.init,
    ReadonlyRootfs: said.read_only,
    Runtime: said.runtime,
    Dns: said.dns,
    DnsSearch: said.dns_search,
    DnsOptions: said.dns_opt,
    ExtraHosts: Object.entries(said.extra_hosts ?? {}).map(([name, address]) =>
      address === null ? name : `${name}:${address}`,
    ),
    Tmpfs: Object.fromEntries(
      (said.tmpfs ?? []).map((text) => text.split(/:(.*)/s, 2)).map(([path = '', how = '']) => [path, how]),
    ),
    LogConfig: said.logging === undefined ? undefined : { Type: driver ?? '', Config: textPairs(options) },
  };
}

function addPorts(body: CreateBody, { ports = [], expose = [] }: Service): void {
  const { HostConfig: host } = body;
  for (const said of ports) {
    const published =
      typeof said === 'string'
        ? parsePublish(said)
        : [
            {
              port: `${said.target}/${said.protocol}`,
              binding: { HostIp: said.host_ip ?? '', HostPort: said.published ?? '' },
            },
          ];
    for (const { port, binding } of published) {
      body.ExposedPorts = { ...body.ExposedPorts, [port]: {} };
      host.PortBindings = { ...host.PortBindings, [port]: [...(host.PortBindings?.[port] ?? []), binding] };
    }
  }
  for (const port of expose)
    body.ExposedPorts = { ...body.ExposedPorts, [port.includes('/') ? port : `${port}/tcp`]: {} };
}

interface MountParts {
  readonly project: Project;
  readonly absolute: Absolute;
}

type LongMount = Exclude<NonNullable<Service['volumes']>[number], string>;

function addMounts(body: CreateBody, { volumes = [] }: Service, parts: MountParts): void {
  const { HostConfig: host } = body;
  for (const said of volumes) {
    if (typeof said !== 'string') (host.Mounts ??= []).push(mountOf(said, parts));
    else if (!said.includes(':')) body.Volumes = { ...body.Volumes, [said]: {} };
    else (host.Binds ??= []).push(bindOf(said, parts));
  }
}

function bindOf(said: string, { project, absolute }: MountParts): string {
  const [source = '', ...rest] = said.split(':');
  return isPath(source) ? absoluteBind(said, absolute) : [calledOf(project, source), ...rest].join(':');
}

function mountOf(said: LongMount, { project, absolute }: MountParts): MountBody {
  const { type, source, target, read_only: ReadOnly, bind = {}, volume = {}, tmpfs = {} } = said;
  const common = { Type: type, Target: target, ReadOnly };
  if (type === 'tmpfs') return { ...common, TmpfsOptions: { SizeBytes: sizeOf(tmpfs.size), Mode: tmpfs.mode } };
  if (type === 'volume') {
    const Source = source === undefined ? undefined : calledOf(project, source);
    return { ...common, Source, VolumeOptions: { NoCopy: volume.nocopy, Subpath: volume.subpath } };
  }
  const BindOptions = { Propagation: bind.propagation, CreateMountpoint: bind.create_host_path ?? true };
  return { ...common, Source: absolute(source ?? ''), BindOptions };
}

/** What the engine calls a volume of the file's. */
function calledOf(project: Project, key: string): string {
  return project.volumes.get(key)?.name ?? key;
}

/** A service is known on each of its networks by its own name, and by what it wants to be called there. */
function addNetworks(body: CreateBody, { service, said }: NamedService, project: Project): void {
  if (said.network_mode !== undefined) {
    body.HostConfig.NetworkMode = said.network_mode;
    return;
  }
  for (const key of networksOf(said)) {
    const name = project.networks.get(key)?.name ?? key;
    const wish = said.networks?.[key] ?? {};
    body.HostConfig.NetworkMode ??= name;
    body.NetworkingConfig ??= { EndpointsConfig: {} };
    body.NetworkingConfig.EndpointsConfig[name] = {
      Aliases: [service, ...(wish.aliases ?? [])],
      IPAMConfig: { IPv4Address: wish.ipv4_address, IPv6Address: wish.ipv6_address },
      MacAddress: wish.mac_address,
    };
  }
}
