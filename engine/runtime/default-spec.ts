import type { RuntimeDevice, RuntimeMount, RuntimeResources, RuntimeSpec } from '#engine/oci/runtime-spec.ts';

import { hasGroup, isInUserNamespace } from '#engine/snapshot/user-namespace.ts';

import { chooseCapabilities, type CapabilityWishes } from './capabilities.ts';
import { defaultSeccomp } from './seccomp-profile.ts';

export interface SpecOptions {
  readonly args: readonly string[];
  /** `NAME=value`. */
  readonly env: readonly string[];
  readonly cwd: string;
  readonly user: { readonly uid: number; readonly gid: number; readonly additionalGids?: readonly number[] };
  readonly terminal: boolean;
  readonly hostname: string;
  /** Below each hierarchy's root: `/estrato/ID`. */
  readonly cgroupsPath: string;
  readonly readonlyRootfs: boolean;
  /** Of /dev/shm; 64 MiB when left out. */
  readonly shmSizeBytes?: number;
  readonly capabilities?: CapabilityWishes;
  /** `none`: a network namespace of its own with nothing but loopback. */
  readonly network: 'none' | 'host';
  /** After the standard ones. */
  readonly mounts?: readonly RuntimeMount[];
}

/** Of terminals, on every system. */
const TTY_GROUP = 5;

const standardMounts: readonly RuntimeMount[] = [
  { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
  {
    destination: '/dev',
    type: 'tmpfs',
    source: 'tmpfs',
    options: ['nosuid', 'strictatime', 'mode=755', 'size=65536k'],
  },
  {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', `gid=${TTY_GROUP}`],
  },
  { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: ['nosuid', 'noexec', 'nodev', 'ro'] },
  { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: ['nosuid', 'noexec', 'nodev'] },
  {
    destination: '/dev/shm',
    type: 'tmpfs',
    source: 'shm',
    options: ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k'],
  },
];

/** Nobody mounts a sysfs that shows a network which isn't their own: it is then the machine's, read-only. */
function sysfs(mount: RuntimeMount, network: SpecOptions['network']): RuntimeMount {
  if (network !== 'host' || !isInUserNamespace()) return mount;
  return { ...mount, type: 'bind', source: '/sys', options: ['rbind', 'nosuid', 'noexec', 'nodev', 'ro'] };
}

/** Terminals belong to the group tty, where there is such a group. */
function devpts(mount: RuntimeMount): RuntimeMount {
  return hasGroup(TTY_GROUP)
    ? mount
    : { ...mount, options: mount.options.filter((option) => option !== `gid=${TTY_GROUP}`) };
}

function sized(mount: RuntimeMount, bytes: number): RuntimeMount {
  return { ...mount, options: [...mount.options.filter((word) => !word.startsWith('size=')), `size=${bytes}`] };
}

function mountsFor({ network, shmSizeBytes }: SpecOptions): readonly RuntimeMount[] {
  return standardMounts.map((mount) => {
    if (mount.source === 'shm' && shmSizeBytes !== undefined) return sized(mount, shmSizeBytes);
    if (mount.type === 'sysfs') return sysfs(mount, network);
    return mount.type === 'devpts' ? devpts(mount) : mount;
  });
}

/** What shows more of the machine than a container should see; Docker's list. */
export const defaultMaskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];

export const defaultReadonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

function device(name: string, major: number, minor: number): RuntimeDevice & { major: number; minor: number } {
  return { type: 'c', path: `/dev/${name}`, major, minor, fileMode: 0o666, uid: 0, gid: 0 };
}

/** What every container has in /dev (config-linux.md, Default Devices). */
export const standardDevices = [
  device('null', 1, 3),
  device('zero', 1, 5),
  device('full', 1, 7),
  device('random', 1, 8),
  device('urandom', 1, 9),
  device('tty', 5, 0),
];

/** Making any node is allowed, opening only the standard ones and terminals (5:2 ptmx, 136: pts, of which the console is one). */
export const standardDeviceRules: NonNullable<RuntimeResources['devices']> = [
  { allow: true, type: 'c', access: 'm' },
  { allow: true, type: 'b', access: 'm' },
  ...standardDevices.map(({ major, minor }) => ({ allow: true, type: 'c' as const, major, minor, access: 'rwm' })),
  { allow: true, type: 'c', major: 136, access: 'rwm' },
  { allow: true, type: 'c', major: 5, minor: 2, access: 'rwm' },
];

/** A container's configuration, as secure as Docker's default and with `no_new_privs` beside. */
export function defaultSpec(options: SpecOptions): RuntimeSpec {
  const capabilities = chooseCapabilities(options.capabilities ?? { add: [], drop: [] });
  const { uid, gid, additionalGids = [] } = options.user;
  // Root's alone, as Docker has it: with them the kernel would start for others what only root may read.
  const held = uid === 0 ? capabilities : [];
  return {
    ociVersion: '1.2.0',
    process: {
      terminal: options.terminal,
      user: { uid, gid, umask: 0o022, additionalGids },
      args: options.args,
      env: options.env,
      cwd: options.cwd === '' ? '/' : options.cwd,
      capabilities: {
        bounding: capabilities,
        effective: held,
        permitted: held,
        inheritable: [],
        ambient: [],
      },
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: options.readonlyRootfs },
    hostname: options.hostname,
    mounts: [...mountsFor(options), ...(options.mounts ?? [])],
    linux: {
      namespaces: [
        { type: 'pid' },
        { type: 'mount' },
        { type: 'ipc' },
        { type: 'uts' },
        { type: 'cgroup' },
        ...(options.network === 'host' ? [] : [{ type: 'network' as const }]),
      ],
      devices: standardDevices,
      cgroupsPath: options.cgroupsPath,
      resources: { devices: [{ allow: false, access: 'rwm' }, ...standardDeviceRules] },
      rootfsPropagation: 'slave',
      seccomp: defaultSeccomp(capabilities),
      maskedPaths: defaultMaskedPaths,
      readonlyPaths: defaultReadonlyPaths,
    },
  };
}
