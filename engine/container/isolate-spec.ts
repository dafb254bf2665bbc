import type { Isolation } from '#engine/contract/container-options.ts';
import type { RuntimeDevice, RuntimeMount, RuntimeProcess, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { ownCapabilities } from '#engine/runtime/own-capabilities.ts';
import { isInUserNamespace } from '#engine/snapshot/user-namespace.ts';

import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { givenDevices, hostDevices, parseDeviceRule } from './host-devices.ts';
import { joinNamespaces, sharedMemoryNamespace } from './joined-namespaces.ts';
import { parseSecurityOptions, seccompFor } from './security-options.ts';
import { runtimeRlimits } from './ulimits.ts';

/** Where a container that wants one has its init: on its own /dev, where it leaves no trace in a layer. */
const INIT = '/dev/init';

/** A container's configuration, as far apart from the machine as it was asked for. @throws EngineError when that can't be. */
export async function isolateSpec(
  parts: ContainerParts,
  { config }: Container,
  usual: RuntimeSpec,
): Promise<RuntimeSpec> {
  const { isolation = {} } = config;
  const spec = await withDevices(isolation.privileged === true ? privileged(usual) : usual, isolation);
  const { annotations, init = false } = isolation;
  return {
    ...named(spec, isolation),
    process: isolateProcess(init ? withInit(spec.process) : spec.process, isolation),
    mounts: [...mountsFor(parts, spec.mounts, isolation), ...(init ? [initMount(parts.launcherPath)] : [])],
    ...(annotations === undefined ? {} : { annotations }),
    linux: {
      ...filtered(spec, isolation),
      namespaces: joinNamespaces(parts, spec.linux.namespaces, config),
      sysctl: { ...usualSysctls(spec.linux.namespaces), ...isolation.sysctls },
      maskedPaths: isolation.maskedPaths ?? spec.linux.maskedPaths ?? [],
      readonlyPaths: isolation.readonlyPaths ?? spec.linux.readonlyPaths ?? [],
    },
  };
}

/** The machine keeps its name. */
function named(spec: RuntimeSpec, { uts }: Isolation): RuntimeSpec {
  const { hostname: _, ...rest } = spec;
  return uts === 'host' ? rest : spec;
}

function filtered({ process, linux }: RuntimeSpec, { securityOptions }: Isolation): RuntimeSpec['linux'] {
  const { seccomp, ...rest } = linux;
  const filter = seccompFor(parseSecurityOptions(securityOptions), seccomp, process.capabilities.bounding);
  return filter === undefined ? rest : { ...rest, seccomp: filter };
}

/** The same rights for the container's own process and for a session beside it. */
export function isolateProcess(process: RuntimeProcess, isolation: Isolation): RuntimeProcess {
  const { oomScoreAdjustment, securityOptions, privileged: isPrivileged = false } = isolation;
  const { noNewPrivileges = !isPrivileged, apparmor } = parseSecurityOptions(securityOptions);
  const rlimits = [...(process.rlimits ?? []), ...runtimeRlimits(isolation.ulimits)];
  const { bounding, effective, permitted, inheritable, ambient } = process.capabilities;
  return {
    ...process,
    // Nobody can be given what the engine itself hasn't.
    capabilities: {
      bounding: available(bounding),
      effective: available(effective),
      permitted: available(permitted),
      inheritable: available(inheritable),
      ambient: available(ambient),
    },
    noNewPrivileges,
    ...(rlimits.length === 0 ? {} : { rlimits }),
    ...(oomScoreAdjustment ? { oomScoreAdj: oomScoreAdjustment } : {}),
    ...(apparmor === undefined || apparmor === 'unconfined' ? {} : { apparmorProfile: apparmor }),
  };
}

function available(capabilities: readonly string[]): readonly string[] {
  const own = ownCapabilities();
  return capabilities.filter((name) => own.includes(name));
}

/** Everything that root of the machine may do; what it has namespaces of is still its own. */
function privileged(spec: RuntimeSpec): RuntimeSpec {
  const { seccomp: _, ...linux } = spec.linux;
  return {
    ...spec,
    mounts: spec.mounts.map(writable),
    linux: { ...linux, maskedPaths: [], readonlyPaths: [] },
  };
}

function writable(mount: RuntimeMount): RuntimeMount {
  const isKernels = mount.type === 'sysfs' || mount.type === 'cgroup' || mount.source === '/sys';
  return isKernels ? { ...mount, options: mount.options.filter((option) => option !== 'ro') } : mount;
}

async function withDevices(spec: RuntimeSpec, isolation: Isolation): Promise<RuntimeSpec> {
  const asked = await givenDevices(isolation.devices ?? []);
  const all = isolation.privileged === true && !isInUserNamespace() ? await hostDevices() : [];
  const rules = [...asked.rules, ...(isolation.deviceRules ?? []).map(parseDeviceRule)];
  const allowed = isolation.privileged === true ? [{ allow: true, access: 'rwm' }] : rules;
  const resources = { ...spec.linux.resources, devices: [...(spec.linux.resources?.devices ?? []), ...allowed] };
  const devices = byPath([...all, ...(spec.linux.devices ?? []), ...asked.devices]);
  return { ...spec, linux: { ...spec.linux, devices, resources } };
}

/** The last of those at one place. */
function byPath(devices: readonly RuntimeDevice[]): readonly RuntimeDevice[] {
  return [...new Map(devices.map((device) => [device.path, device])).values()];
}

/** Whoever shares the machine's memory segments shares the files that name them; of its queues they are mounted anew. */
function mountsFor(
  parts: ContainerParts,
  mounts: readonly RuntimeMount[],
  isolation: Isolation,
): readonly RuntimeMount[] {
  const shm = '/dev/shm';
  const { ipc } = isolation;
  if (ipc === 'none') return mounts.filter(({ destination }) => destination !== shm);
  const namespace = sharedMemoryNamespace(parts, isolation);
  if (ipc !== 'host' && namespace === undefined) return mounts;
  const shared: RuntimeMount = {
    destination: shm,
    type: 'bind',
    source: shm,
    options: ['rbind', 'nosuid', 'noexec', 'nodev'],
    ...(namespace === undefined ? {} : { namespace }),
  };
  return mounts.map((mount) => (mount.destination === shm ? shared : mount));
}

/** Docker's: a server that isn't root listens on any port of its own network, and whoever is there may ping. */
function usualSysctls(namespaces: RuntimeSpec['linux']['namespaces']): Readonly<Record<string, string>> {
  if (!namespaces.some(({ type, path }) => type === 'network' && path === undefined)) return {};
  const ping = isInUserNamespace() ? {} : { 'net.ipv4.ping_group_range': '0 2147483647' };
  return { 'net.ipv4.ip_unprivileged_port_start': '0', ...ping };
}

function withInit(process: RuntimeProcess): RuntimeProcess {
  return { ...process, args: [INIT, 'init', '--', ...process.args] };
}

function initMount(launcherPath: string): RuntimeMount {
  return { destination: INIT, type: 'bind', source: launcherPath, options: ['bind', 'ro', 'nosuid', 'nodev'] };
}
