import type { CreateBody, HealthBody, HostBody } from './create-body.ts';
import { limitOptions } from './limit-options.ts';
import { addNetwork, endpointOf } from './parse-network.ts';
import { parseDevice, parseRestart, parseUlimit } from './parse-device.ts';
import { parseDuration, parseWhole } from './numbers.ts';
import { absoluteBind, parseMount, type Absolute } from './parse-mount.ts';
import { parsePublish, parseRange } from './parse-publish.ts';
import { parsePair, parseVariable } from './pairs.ts';
import { parseSize } from './parse-size.ts';

/** What the words of an option may lean on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly absolute: Absolute;
}

/** An option of `docker run` and `docker create` that says something about the container itself. */
export interface CreateOption {
  /** As `commander` reads them; one with a value names it. */
  readonly flags: string;
  readonly help: string;
  readonly repeats?: true;
  /** Writes what it says into the request. @throws EngineError `invalid-argument`. */
  readonly into: (body: CreateBody, value: string, around: Surroundings) => void;
}

/** Options by what they are about, in the order in which help shows them. */
export const createOptions: readonly (readonly [group: string, options: readonly CreateOption[]])[] = [
  ['The program', programOptions()],
  ['Files', fileOptions()],
  ['The network', networkOptions()],
  ['Limits', limitOptions],
  ['Health and life', lifeOptions()],
  ['Apart from the machine', isolationOptions()],
];

function programOptions(): readonly CreateOption[] {
  return [
    one('-w, --workdir <dir>', 'where in the container it begins', (body, dir) => (body.WorkingDir = dir)),
    one('-u, --user <user>', 'as whom: a name or an id, with :GROUP', (body, user) => (body.User = user)),
    // An empty one takes the image's away.
    one('--entrypoint <program>', "instead of the image's", (body, program) => (body.Entrypoint = [program])),
    many('-e, --env <variable>', 'NAME=value, or NAME for what this shell has', (body, text, { env }) => {
      const variable = parseVariable(text, env);
      if (variable !== undefined) (body.Env ??= []).push(variable);
    }),
    many('--group-add <group>', 'a group more', ({ HostConfig: host }, group) => (host.GroupAdd ??= []).push(group)),
    many('-l, --label <label>', 'NAME=value, for others to find it by', (body, text) => {
      const [name, value] = parsePair(text);
      body.Labels = { ...body.Labels, [name]: value };
    }),
    many('--annotation <pair>', 'NAME=value, for its runtime', ({ HostConfig: host }, text) => {
      const [name, value] = parsePair(text);
      host.Annotations = { ...host.Annotations, [name]: value };
    }),
    one('-h, --hostname <name>', 'what it calls itself', (body, name) => (body.Hostname = name)),
    one('--domainname <name>', 'the domain of that', (body, name) => (body.Domainname = name)),
  ];
}

function fileOptions(): readonly CreateOption[] {
  return [
    many('-v, --volume <bind>', 'SOURCE:PATH[:ro]: a folder or a volume', (body, text, { absolute }) => {
      if (text.includes(':')) (body.HostConfig.Binds ??= []).push(absoluteBind(text, absolute));
      else body.Volumes = { ...body.Volumes, [text]: {} };
    }),
    many('--mount <mount>', 'type=bind,source=…,target=…[,readonly]', ({ HostConfig: host }, text, { absolute }) =>
      (host.Mounts ??= []).push(parseMount(text, absolute)),
    ),
    many('--tmpfs <path>', 'PATH[:OPTIONS]: files in memory', ({ HostConfig: host }, text) => {
      const [path = '', ...options] = text.split(':');
      host.Tmpfs = { ...host.Tmpfs, [path]: options.join(':') };
    }),
    many('--volumes-from <container>', "another's, with :ro", ({ HostConfig: host }, name) =>
      (host.VolumesFrom ??= []).push(name),
    ),
    flag('--read-only', 'its own files are not to be written', ({ HostConfig: host }) => (host.ReadonlyRootfs = true)),
    one('--shm-size <size>', 'of /dev/shm', ({ HostConfig: host }, size) => (host.ShmSize = parseSize(size))),
    many('--device <device>', 'PATH[:PATH[:rwm]] of the machine', ({ HostConfig: host }, text) =>
      (host.Devices ??= []).push(parseDevice(text)),
    ),
    many('--storage-opt <option>', 'of the storage driver', ({ HostConfig: host }, text) => {
      const [name, value] = parsePair(text);
      host.StorageOpt = { ...host.StorageOpt, [name]: value };
    }),
  ];
}

function networkOptions(): readonly CreateOption[] {
  return [
    many('-p, --publish <ports>', '[ADDRESS:][PORT:]PORT[/udp], ranges too', publish),
    flag(
      '-P, --publish-all',
      'every port of the image at a free one',
      ({ HostConfig: host }) => (host.PublishAllPorts = true),
    ),
    many('--expose <port>', 'a port that it listens at', (body, text) => {
      const [range = '', protocol = 'tcp'] = text.split('/');
      for (const port of parseRange(range)) body.ExposedPorts = { ...body.ExposedPorts, [`${port}/${protocol}`]: {} };
    }),
    many('--network, --net <network>', 'bridge, host, none, container:NAME, or a network', addNetwork),
    many('--network-alias, --net-alias <name>', 'what others there call it', (body, name) =>
      (onNetwork(body).Aliases ??= []).push(name),
    ),
    one('--ip <address>', 'its IPv4 address there', (body, IPv4Address) => {
      const endpoint = onNetwork(body);
      endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv4Address };
    }),
    one('--ip6 <address>', 'its IPv6 address there', (body, IPv6Address) => {
      const endpoint = onNetwork(body);
      endpoint.IPAMConfig = { ...endpoint.IPAMConfig, IPv6Address };
    }),
    one('--mac-address <address>', 'its hardware address', (body, address) => (body.MacAddress = address)),
    many('--add-host <host>', 'NAME:ADDRESS, for /etc/hosts', ({ HostConfig: host }, text) =>
      (host.ExtraHosts ??= []).push(text.replace('=', ':')),
    ),
    many('--dns <address>', 'whom to ask for names', ({ HostConfig: host }, server) => (host.Dns ??= []).push(server)),
    many('--dns-search <domain>', 'where to look for short ones', ({ HostConfig: host }, domain) =>
      (host.DnsSearch ??= []).push(domain),
    ),
    many('--dns-option, --dns-opt <option>', 'as resolv.conf(5) has them', ({ HostConfig: host }, option) =>
      (host.DnsOptions ??= []).push(option),
    ),
    many('--link <container>', 'NAME[:ALIAS] of another', ({ HostConfig: host }, link) =>
      (host.Links ??= []).push(link),
    ),
  ];
}

function publish(body: CreateBody, text: string): void {
  const { HostConfig: host } = body;
  for (const { port, binding } of parsePublish(text)) {
    body.ExposedPorts = { ...body.ExposedPorts, [port]: {} };
    host.PortBindings = { ...host.PortBindings, [port]: [...(host.PortBindings?.[port] ?? []), binding] };
  }
}

/** Of the network that `--network` named before. */
function onNetwork(body: CreateBody): ReturnType<typeof endpointOf> {
  return endpointOf(body, body.HostConfig.NetworkMode ?? 'default');
}

function lifeOptions(): readonly CreateOption[] {
  const health = (body: CreateBody, said: HealthBody): void => {
    body.Healthcheck = { ...body.Healthcheck, ...said };
  };
  return [
    one(
      '--restart <policy>',
      'no, always, unless-stopped, on-failure[:N]',
      ({ HostConfig: host }, text) => (host.RestartPolicy = parseRestart(text)),
    ),
    one('--stop-signal <signal>', 'what asks it to end', (body, signal) => (body.StopSignal = signal)),
    one('--stop-timeout <seconds>', 'how long it has for that', (body, text) => (body.StopTimeout = parseWhole(text))),
    one('--health-cmd <command>', 'asks whether it is well', (body, text) =>
      health(body, { Test: ['CMD-SHELL', text] }),
    ),
    one('--health-interval <span>', 'how often', (body, text) => health(body, { Interval: parseDuration(text) })),
    one('--health-timeout <span>', 'how long that may take', (body, text) =>
      health(body, { Timeout: parseDuration(text) }),
    ),
    one('--health-retries <n>', 'how many failures make it unhealthy', (body, text) =>
      health(body, { Retries: parseWhole(text) }),
    ),
    one('--health-start-period <span>', 'how long it may take to get well', (body, text) =>
      health(body, { StartPeriod: parseDuration(text) }),
    ),
    one('--health-start-interval <span>', 'how often meanwhile', (body, text) =>
      health(body, { StartInterval: parseDuration(text) }),
    ),
    flag('--no-healthcheck', 'it is not asked, whatever the image says', (body) => health(body, { Test: ['NONE'] })),
    one(
      '--log-driver <driver>',
      'what keeps its log',
      ({ HostConfig: host }, Type) => (host.LogConfig = { Config: {}, ...host.LogConfig, Type }),
    ),
    many('--log-opt <option>', 'max-size=10m, max-file=3', ({ HostConfig: host }, text) => {
      const [name, value] = parsePair(text);
      host.LogConfig = { Type: '', ...host.LogConfig, Config: { ...host.LogConfig?.Config, [name]: value } };
    }),
    flag('--init', 'reaps what nobody waits for', ({ HostConfig: host }) => (host.Init = true)),
    one('--runtime <name>', 'estrato, crun or runc', ({ HostConfig: host }, name) => (host.Runtime = name)),
  ];
}

function isolationOptions(): readonly CreateOption[] {
  const word = (flags: string, help: string, field: NamespaceField): CreateOption =>
    one(flags, help, ({ HostConfig: host }, text) => (host[field] = text));
  return [
    flag('--privileged', 'nearly all that the machine may', ({ HostConfig: host }) => (host.Privileged = true)),
    many('--cap-add <capability>', 'a right more, or ALL', ({ HostConfig: host }, name) =>
      (host.CapAdd ??= []).push(name),
    ),
    many('--cap-drop <capability>', 'one less, or ALL', ({ HostConfig: host }, name) =>
      (host.CapDrop ??= []).push(name),
    ),
    many('--security-opt <option>', 'seccomp=FILE, no-new-privileges, label=…', ({ HostConfig: host }, option) =>
      (host.SecurityOpt ??= []).push(option),
    ),
    many('--sysctl <setting>', 'NAME=value of its own kernel settings', ({ HostConfig: host }, text) => {
      const [name, value] = parsePair(text);
      host.Sysctls = { ...host.Sysctls, [name]: value };
    }),
    many('--ulimit <limit>', 'nofile=1024:2048', ({ HostConfig: host }, text) =>
      (host.Ulimits ??= []).push(parseUlimit(text)),
    ),
    many('--device-cgroup-rule <rule>', 'as control groups have them: c 10:* rwm', ({ HostConfig: host }, rule) =>
      (host.DeviceCgroupRules ??= []).push(rule),
    ),
    one('--gpus <gpus>', 'all, or how many', ({ HostConfig: host }, text) => {
      host.DeviceRequests = [{ Count: text === 'all' ? -1 : parseWhole(text), Capabilities: [['gpu']] }];
    }),
    word('--ipc <mode>', 'whose shared memory: private, host, shareable, container:NAME', 'IpcMode'),
    word('--pid <mode>', 'whose processes: host, container:NAME', 'PidMode'),
    word('--uts <mode>', 'whose name: host', 'UTSMode'),
    word('--userns <mode>', 'whose users: host', 'UsernsMode'),
    word('--cgroupns <mode>', 'whose control groups: host, private', 'CgroupnsMode'),
    word('--cgroup-parent <group>', 'beneath which control group', 'CgroupParent'),
  ];
}

type NamespaceField = keyof Pick<
  HostBody,
  'IpcMode' | 'PidMode' | 'UTSMode' | 'UsernsMode' | 'CgroupnsMode' | 'CgroupParent'
>;

/** An assignment's value is nobody's business. */
type Write = (body: CreateBody, value: string, around: Surroundings) => unknown;

function one(flags: string, help: string, write: Write): CreateOption {
  return { flags, help, into: (body, value, around) => void write(body, value, around) };
}

function many(flags: string, help: string, write: Write): CreateOption {
  return { ...one(flags, help, write), repeats: true };
}

function flag(flags: string, help: string, write: (body: CreateBody) => unknown): CreateOption {
  return one(flags, help, write);
}
