import { EngineError } from '#engine/contract/errors.ts';
import type {
  RuntimeDevice,
  RuntimeMount,
  RuntimeNamespace,
  RuntimeProcess,
  RuntimeSpec,
} from '#engine/oci/runtime-spec.ts';
import type { RootMount } from '#engine/snapshot/snapshotter.ts';

import { capabilityBits } from './capabilities.ts';
import type { CgroupLayout } from './cgroups.ts';
import { step, type Step } from './encode-plan.ts';
import { interfaceStep, linkStep, type NetworkLink } from './network-link.ts';
import type { RootView } from './runtime.ts';

/** CLONE_NEW* (clone(2)). */
const namespaceFlags = {
  mount: 0x0002_0000,
  cgroup: 0x0200_0000,
  uts: 0x0400_0000,
  ipc: 0x0800_0000,
  user: 0x1000_0000,
  pid: 0x2000_0000,
  network: 0x4000_0000,
  time: 0x0000_0080,
} as const;

/** MOUNT_ATTR_* (mount_setattr(2)). */
const mountAttributes: Readonly<Record<string, number>> = {
  ro: 1,
  nosuid: 2,
  nodev: 4,
  noexec: 8,
  noatime: 0x10,
  strictatime: 0x20,
  nodiratime: 0x80,
};

/** MS_* (mount(2)); with a leading `r` also of what is mounted beneath. */
const propagationFlags: Readonly<Record<string, number>> = {
  private: 0x4_0000,
  rprivate: 0x4_0000,
  slave: 0x8_0000,
  rslave: 0x8_0000,
  shared: 0x10_0000,
  rshared: 0x10_0000,
};

/** Words that say nothing to the kernel, or that another step says. */
const silentOptions = ['rw', 'suid', 'dev', 'exec', 'relatime', 'bind', 'rbind', 'private', 'rprivate', 'defaults'];

/** RLIMIT_* (getrlimit(2)). */
const rlimits = 'CPU FSIZE DATA STACK CORE RSS NPROC NOFILE MEMLOCK AS LOCKS SIGPENDING MSGQUEUE NICE RTPRIO RTTIME'
  .split(' ')
  .map((name) => `RLIMIT_${name}`);

/** What a plan needs that the configuration doesn't say. */
export interface LaunchSurroundings {
  /** Where the root is mounted, inside the container's own mount namespace. */
  readonly rootfs: string;
  readonly root: RootMount;
  readonly cgroups: CgroupLayout;
  /** BPF, compiled. */
  readonly filter: Uint8Array | undefined;
  readonly openStdin: boolean;
  readonly stdinOnce: boolean;
  readonly holdOutput: boolean;
  readonly links?: readonly NetworkLink[];
}

/** The steps that make a container from its configuration, in the order that LAUNCHER.md gives reasons for. */
export function launchPlan(spec: RuntimeSpec, around: LaunchSurroundings): readonly Step[] {
  const { linux, process, root } = spec;
  const { links = [] } = around;
  return [
    shimStep(spec, around),
    ...(process.oomScoreAdj === undefined ? [] : [step('oomScore', process.oomScoreAdj)]),
    step('cgroup', ...around.cgroups.procs),
    ...links.map(linkStep),
    ...(makes(spec, 'cgroup') ? [step('unshare', namespaceFlags.cgroup)] : []),
    step('propagation', linux.rootfsPropagation === 'private' ? 'private' : 'slave'),
    rootStep(around),
    ...spec.mounts.flatMap((mount) => mountSteps(mount, around.cgroups, makes(spec, 'cgroup'))),
    ...(hasDevOfHost(spec) ? [] : [...(linux.devices ?? []).map(deviceStep), ...standardLinks]),
    step('directory', process.cwd, process.user.uid, process.user.gid),
    ...Object.entries(linux.sysctl ?? {}).map(([name, value]) => step('sysctl', name, value)),
    step('readonly', ...(linux.readonlyPaths ?? [])),
    step('mask', ...(linux.maskedPaths ?? [])),
    step('enterRoot'),
    ...terminalSteps(process, true),
    ...(root.readonly ? [step('rootReadonly')] : []),
    ...nameSteps(spec),
    ...(makes(spec, 'network') ? [step('loopback')] : []),
    ...links.map(interfaceStep),
    ...programSteps(process, around.filter),
  ];
}

/** The steps that put a program beside the one of a running container. */
export function sessionPlan(
  process: RuntimeProcess,
  around: Pick<LaunchSurroundings, 'cgroups' | 'filter' | 'openStdin'> & {
    readonly spec: RuntimeSpec;
    readonly id: string;
  },
): readonly Step[] {
  const joined = around.spec.linux.namespaces.reduce((flags, { type }) => flags | namespaceFlags[type], 0);
  return [
    step('session', around.id, process.terminal, around.openStdin),
    ...(process.oomScoreAdj === undefined ? [] : [step('oomScore', process.oomScoreAdj)]),
    step('cgroup', ...around.cgroups.procs),
    step('join', joined),
    ...terminalSteps(process, false),
    ...programSteps(process, around.filter),
  ];
}

/** The steps that mount a root for the engine alone, and hold it. */
export function rootPlan(root: RootMount | RootView, rootfs: string): readonly Step[] {
  return [
    step('unshare', namespaceFlags.mount),
    step('propagation', 'private'),
    rootStep({ root, rootfs }),
    step('hold'),
  ];
}

/** CLONE_NEW* of the namespaces that a container's first process is made in. */
export function namespacesToMake({ linux }: RuntimeSpec): number {
  // The cgroup namespace is made later, once the process is in its cgroup.
  const made = linux.namespaces.filter(({ type, path }) => type !== 'cgroup' && path === undefined);
  return made.reduce((bits, { type }) => bits | namespaceFlags[type], 0);
}

function shimStep(spec: RuntimeSpec, around: LaunchSurroundings): Step {
  return step(
    'shim',
    spec.process.terminal,
    around.openStdin,
    around.stdinOnce,
    namespacesToMake(spec),
    around.holdOutput,
    ...around.cgroups.oomFiles,
  );
}

function makes({ linux }: RuntimeSpec, type: RuntimeNamespace['type']): boolean {
  return linux.namespaces.some((namespace) => namespace.type === type);
}

function nameSteps(spec: RuntimeSpec): readonly Step[] {
  const { hostname, domainname } = spec;
  if (!makes(spec, 'uts')) return [];
  return [
    ...(hostname === undefined ? [] : [step('hostname', hostname)]),
    ...(domainname === undefined ? [] : [step('domainname', domainname)]),
  ];
}

function deviceStep(device: RuntimeDevice): Step {
  const { path, type, fileMode = 0o666, major = 0, minor = 0, uid = 0, gid = 0 } = device;
  return step('device', path, type, fileMode, major, minor, uid, gid);
}

function rootStep({ root, rootfs }: { readonly root: RootMount | RootView; readonly rootfs: string }): Step {
  if (root.type === 'bind') return step('rootBind', rootfs, root.source);
  const { upper, work } = root.type === 'overlay' ? root : { upper: '', work: '' };
  return step('rootOverlay', rootfs, upper, work, ...root.lower);
}

const standardLinks = [
  step('symlink', '/dev/fd', '/proc/self/fd'),
  step('symlink', '/dev/stdin', '/proc/self/fd/0'),
  step('symlink', '/dev/stdout', '/proc/self/fd/1'),
  step('symlink', '/dev/stderr', '/proc/self/fd/2'),
  step('symlink', '/dev/core', '/proc/kcore'),
  step('symlink', '/dev/ptmx', 'pts/ptmx'),
];

/** What were made there would be the machine's. */
function hasDevOfHost({ mounts }: RuntimeSpec): boolean {
  return mounts.some((mount) => isBind(mount) && mount.destination.replace(/\/+$/, '') === '/dev');
}

function isBind({ type, options }: RuntimeMount): boolean {
  return type === 'bind' || options.includes('bind') || options.includes('rbind');
}

/** @param hasNamespace whether the container has a cgroup namespace. */
function mountSteps(mount: RuntimeMount, cgroups: CgroupLayout, hasNamespace: boolean): readonly Step[] {
  if (mount.type === 'cgroup') return cgroupMounts(mount, cgroups, hasNamespace);
  const attributes = attributesOf(mount);
  const { destination, source, type, options } = mount;
  if (isBind(mount)) return [bindStep(mount, attributes)];
  const own = options.filter((option) => !(option in mountAttributes) && !silentOptions.includes(option));
  return [step('mount', destination, type, source, attributes, ...own)];
}

function bindStep({ destination, source, options, subpath }: RuntimeMount, attributes: number): Step {
  const word = options.find((option) => Object.hasOwn(propagationFlags, option)) ?? 'rprivate';
  const within = subpath === undefined ? [] : [subpath];
  const reach = [propagationFlags[word] ?? 0, word.startsWith('r')];
  return step('bind', destination, source, options.includes('rbind'), attributes, ...reach, ...within);
}

/** The container's own part of each hierarchy: its cgroup namespace shows it as the root; without one it is bound there. */
function cgroupMounts(
  mount: RuntimeMount,
  { mode, hierarchies, dirs }: CgroupLayout,
  hasNamespace: boolean,
): readonly Step[] {
  const attributes = attributesOf(mount);
  const { destination } = mount;
  if (mode === 'none') return [];
  if (mode === 'v2') return [step('mount', destination, 'cgroup2', 'cgroup', attributes)];
  const writable = attributes & ~1;
  return [
    step('mount', destination, 'tmpfs', 'cgroup', writable, 'mode=755'),
    ...hierarchies.map(({ name, type, options }, index) =>
      hasNamespace
        ? step('mount', `${destination}/${name}`, type, 'cgroup', attributes, ...options)
        : bindStep({ ...mount, destination: `${destination}/${name}`, source: dirs[index] ?? '' }, attributes),
    ),
    ...(writable === attributes ? [] : [step('readonly', destination)]),
  ];
}

function attributesOf({ options }: RuntimeMount): number {
  return options.reduce((bits, option) => bits | (mountAttributes[option] ?? 0), 0);
}

function terminalSteps({ terminal, consoleSize, user }: RuntimeProcess, isConsole: boolean): readonly Step[] {
  if (!terminal) return [];
  return [step('terminal', consoleSize?.height ?? 0, consoleSize?.width ?? 0, isConsole, user.uid)];
}

function programSteps(process: RuntimeProcess, filter: Uint8Array | undefined): readonly Step[] {
  const { user, capabilities, noNewPrivileges } = process;
  const seccomp = filter === undefined ? [] : [step('seccomp', filter)];
  return [
    ...(process.rlimits ?? []).map(({ type, soft, hard }) => step('rlimit', rlimitNumber(type), soft, hard)),
    // Without no_new_privs loading a filter takes a capability that the next steps may give away.
    ...(noNewPrivileges ? [] : seccomp),
    step('bounding', capabilityBits(capabilities.bounding)),
    step('chdir', process.cwd, true),
    step('user', user.uid, user.gid, user.umask ?? 0o022, ...(user.additionalGids ?? [])),
    step(
      'capabilities',
      capabilityBits(capabilities.effective),
      capabilityBits(capabilities.permitted),
      capabilityBits(capabilities.inheritable),
      capabilityBits(capabilities.ambient),
    ),
    ...(noNewPrivileges ? [step('noNewPrivileges'), ...seccomp] : []),
    step('chdir', process.cwd, false),
    step('environment', ...process.env),
    step('exec', ...process.args),
  ];
}

function rlimitNumber(type: string): number {
  const number = rlimits.indexOf(type);
  if (number < 0) throw new EngineError('invalid-argument', `There is no resource limit ${type}; see getrlimit(2).`);
  return number;
}
