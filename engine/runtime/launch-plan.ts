import { dirname } from 'node:path';

import { EngineError } from '#engine/contract/errors.ts';
import type {
  RuntimeCapabilities,
  RuntimeDevice,
  RuntimeLinux,
  RuntimeProcess,
  RuntimeRlimit,
  RuntimeSpec,
} from '#engine/oci/runtime-spec.ts';
import type { LayerImages, RootMount } from '#engine/snapshot/snapshotter.ts';

import { capabilityBits } from './capabilities.ts';
import { cgroupStep } from './cgroup-step.ts';
import type { CgroupLayout } from './cgroups.ts';
import { deviceProgram } from './device-program.ts';
import { step, type Step } from './encode-plan.ts';
import { hookSteps, type HookSubject } from './hooks.ts';
import { labelSteps } from './labels.ts';
import { propagationFlag } from './mount-options.ts';
import { isBind, mountSteps } from './mount-steps.ts';
import { birthFlags, flagsOf, has, hasUserNamespace, makes, namespaceSteps } from './namespace-steps.ts';
import { interfaceStep, linkStep, publishStep, type NetworkLink, type PortRelay } from './network-link.ts';
import { ownCapabilities } from './own-capabilities.ts';
import { refuseForeign } from './refuse-foreign.ts';
import { wholeLog, type LogLimits, type RootView } from './runtime.ts';
import { affinitySteps, schedulingSteps } from './scheduling-steps.ts';
import { seccompSteps } from './seccomp-steps.ts';
import { sysctlSteps } from './sysctls.ts';

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
  readonly log?: LogLimits;
  readonly links?: readonly NetworkLink[];
  /** Whom hooks are called for. */
  readonly subject?: HookSubject;
  readonly ports?: readonly PortRelay[];
}

/** The steps that make a container from its configuration, in the order that LAUNCHER.md gives reasons for. */
export function launchPlan(spec: RuntimeSpec, around: LaunchSurroundings): readonly Step[] {
  const { linux, process } = spec;
  const { links = [], ports = [], subject = { id: '', bundle: '' } } = around;
  refuseForeign(spec);
  return [
    shimStep(spec, around),
    ...ports.map(publishStep),
    ...oomScoreSteps(process),
    ...deviceSteps(spec, around.cgroups),
    cgroupStep(around.cgroups),
    step('keyring'),
    ...namespaceSteps(linux),
    ...links.map(linkStep),
    ...hookSteps('prestart', spec, subject),
    ...hookSteps('createRuntime', spec, subject),
    // What is joined is mounted already.
    ...(makes(linux, 'mount') ? rootSteps(spec, around, hookSteps('createContainer', spec, subject)) : []),
    ...terminalSteps(process, true),
    ...finishedRootSteps(spec),
    ...nameSteps(spec),
    ...(makes(linux, 'network') ? [step('loopback')] : []),
    ...links.map(interfaceStep),
    ...programSteps(spec, process, seccompSteps(spec, around.filter, { subject, status: 'creating' }), [
      ...hookSteps('startContainer', spec, subject),
    ]),
  ];
}

/** The steps to the root that the program will see, and into it. */
function rootSteps(spec: RuntimeSpec, around: LaunchSurroundings, hooks: readonly Step[]): readonly Step[] {
  const { linux, process } = spec;
  return [
    step('propagation', linux.rootfsPropagation === 'private' ? 'private' : 'slave'),
    ...mountRootSteps(around, hasUserNamespace(linux)),
    ...mountSteps(spec, around.cgroups),
    ...(hasDevOfHost(spec) ? [] : [...(linux.devices ?? []).map(deviceStep), ...standardLinks]),
    ...hooks,
    step('directory', process.cwd, process.user.uid, process.user.gid),
    ...sysctlSteps(linux),
    step('readonly', ...(linux.readonlyPaths ?? [])),
    step('mask', ...(linux.maskedPaths ?? [])),
    step('enterRoot'),
  ];
}

/** What the root becomes once nothing is made in it any more. */
function finishedRootSteps({ linux, root }: RuntimeSpec): readonly Step[] {
  const { rootfsPropagation = 'slave' } = linux;
  if (!makes(linux, 'mount')) return [];
  return [
    ...(['shared', 'unbindable'].includes(rootfsPropagation)
      ? [step('rootPropagation', propagationFlag(rootfsPropagation))]
      : []),
    ...(root.readonly ? [step('rootReadonly')] : []),
  ];
}

/** The steps that put a program beside the one of a running container. */
export function sessionPlan(
  process: RuntimeProcess,
  around: Pick<LaunchSurroundings, 'cgroups' | 'filter' | 'openStdin' | 'subject'> & {
    readonly spec: RuntimeSpec;
    readonly id: string;
    /** The container's own process, on the host. */
    readonly initPid?: number;
  },
): readonly Step[] {
  const { spec, subject = { id: '', bundle: '' }, initPid = 0 } = around;
  const { initial, final } = process.execCPUAffinity ?? {};
  return [
    step('session', around.id, process.terminal, around.openStdin),
    ...oomScoreSteps(process),
    ...affinitySteps(initial),
    cgroupStep(around.cgroups),
    ...affinitySteps(final),
    step('keyring'),
    step('join', flagsOf(spec.linux.namespaces)),
    ...terminalSteps(process, false),
    ...programSteps(spec, process, seccompSteps(spec, around.filter, { subject, status: 'running', initPid }), []),
  ];
}

/** The steps that mount a root for the engine alone, and hold it. */
export function rootPlan(root: RootMount | RootView, rootfs: string): readonly Step[] {
  return [
    step('unshare', flagsOf([{ type: 'mount' }])),
    step('propagation', 'private'),
    ...mountRootSteps({ root, rootfs }, false),
    step('hold'),
  ];
}

function shimStep({ process, linux }: RuntimeSpec, around: LaunchSurroundings): Step {
  return step(
    'shim',
    process.terminal,
    around.openStdin,
    around.stdinOnce,
    birthFlags(linux),
    around.holdOutput,
    ...logArguments(around.log),
    ...around.cgroups.oomFiles,
  );
}

/** Of the step for the shim: how much of its log it keeps; all unless told. */
export function logArguments({ segmentBytes, segments, roomBytes = 0 }: LogLimits = wholeLog): readonly number[] {
  return [segmentBytes, segments, roomBytes];
}

function oomScoreSteps({ oomScoreAdj }: RuntimeProcess): readonly Step[] {
  return oomScoreAdj === undefined ? [] : [step('oomScore', oomScoreAdj)];
}

function nameSteps(spec: RuntimeSpec): readonly Step[] {
  const { hostname, domainname, linux } = spec;
  if (!has(linux, 'uts')) return [];
  return [
    ...(hostname === undefined ? [] : [step('hostname', hostname)]),
    ...(domainname === undefined ? [] : [step('domainname', domainname)]),
  ];
}

function deviceStep(device: RuntimeDevice): Step {
  const { path, type, fileMode = 0o666, major = 0, minor = 0, uid = 0, gid = 0 } = device;
  return step('device', path, type, fileMode, major, minor, uid, gid);
}

/** The root, and before it the file systems of layers that are kept as tars. */
export function mountRootSteps(
  around: { readonly root: RootMount | RootView; readonly rootfs: string },
  isOutside: boolean,
): readonly Step[] {
  const { images = [] } = around.root;
  return [...(images.length === 0 ? [] : [layersStep(images)]), rootStep(around, isOutside)];
}

/** Their keeper, if there is one, listens in the engine's directory, which the store of layers is in. */
function layersStep(images: LayerImages): Step {
  return step('layers', dirname(dirname(images[0] ?? '')), ...images);
}

function rootStep(
  { root, rootfs }: { readonly root: RootMount | RootView; readonly rootfs: string },
  isOutside: boolean,
): Step {
  if (root.type === 'bind') return step('rootBind', rootfs, root.source, isOutside);
  if (isOutside) {
    throw new EngineError(
      'unsupported',
      'A container with a user namespace of its own needs a root whose files are its own; layers are shared.',
    );
  }
  const { upper, work } = root.type === 'overlay' ? root : { upper: '', work: '' };
  return step('rootOverlay', rootfs, upper, work, ...root.lower);
}

/** Where nobody else asks, a program of ours is asked for each device. */
function deviceSteps({ linux }: RuntimeSpec, { deviceDir }: CgroupLayout): readonly Step[] {
  const rules = linux.resources?.devices ?? [];
  return deviceDir === undefined || rules.length === 0 ? [] : [step('deviceFilter', deviceDir, deviceProgram(rules))];
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

function terminalSteps({ terminal, consoleSize, user }: RuntimeProcess, isConsole: boolean): readonly Step[] {
  if (!terminal) return [];
  return [step('terminal', consoleSize?.height ?? 0, consoleSize?.width ?? 0, isConsole, user.uid)];
}

function programSteps(
  { linux }: RuntimeSpec,
  process: RuntimeProcess,
  seccomp: readonly Step[],
  hooks: readonly Step[],
): readonly Step[] {
  const { user, capabilities, noNewPrivileges } = process;
  return [
    ...(process.rlimits ?? []).map(rlimitStep),
    ...schedulingSteps(process, linux),
    ...labelSteps(process),
    // Without no_new_privs loading a filter takes a capability that the next steps may give away.
    ...(noNewPrivileges ? [] : seccomp),
    step('bounding', capabilityBits(capabilities.bounding)),
    step('chdir', process.cwd, true),
    step('user', user.uid, user.gid, user.umask ?? 0o022, ...(user.additionalGids ?? [])),
    capabilityStep(capabilities, linux),
    ...(noNewPrivileges ? [step('noNewPrivileges'), ...seccomp] : []),
    step('chdir', process.cwd, false),
    step('environment', ...process.env),
    // What the image has for a hook is held to what its program is.
    ...hooks,
    step('exec', ...process.args),
  ];
}

/** Nobody gives what they don't have, as root of a machine that keeps some back; of a namespace of its own root has all. */
function capabilityStep(capabilities: RuntimeCapabilities, linux: RuntimeLinux): Step {
  const { effective, permitted, inheritable, ambient } = capabilities;
  const had = hasUserNamespace(linux) ? undefined : ownCapabilities();
  const sets = [effective, permitted, inheritable, ambient].map((names) =>
    capabilityBits(had === undefined ? names : names.filter((name) => had.includes(name))),
  );
  return step('capabilities', ...sets);
}

/** RLIM_INFINITY, beyond what a number holds exactly. */
const NO_LIMIT = 2n ** 64n - 1n;

function rlimitStep({ type, soft, hard }: RuntimeRlimit): Step {
  const [least, most] = [soft, hard].map((value) => {
    const whole = BigInt(Math.trunc(value));
    return whole < 0n || whole > NO_LIMIT ? NO_LIMIT : whole;
  });
  return step('rlimit', rlimitNumber(type), least ?? NO_LIMIT, most ?? NO_LIMIT, type);
}

function rlimitNumber(type: string): number {
  const number = rlimits.indexOf(type);
  if (number < 0) throw new EngineError('invalid-argument', `There is no resource limit ${type}; see getrlimit(2).`);
  return number;
}
