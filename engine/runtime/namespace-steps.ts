import { EngineError } from '#engine/contract/errors.ts';
import type { IdMapping, RuntimeLinux, RuntimeNamespace } from '#engine/oci/runtime-spec.ts';

import { step, type Step } from './encode-plan.ts';

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

export function flagsOf(namespaces: readonly RuntimeNamespace[]): number {
  return namespaces.reduce((flags, { type }) => flags | namespaceFlags[type], 0);
}

/** Whether a container has a namespace of its own, made for it. */
export function makes({ namespaces }: RuntimeLinux, type: RuntimeNamespace['type']): boolean {
  return namespaces.some((namespace) => namespace.type === type && namespace.path === undefined);
}

/** Whether it has one apart from the host's, made for it or not. */
export function has({ namespaces }: RuntimeLinux, type: RuntimeNamespace['type']): boolean {
  return namespaces.some((namespace) => namespace.type === type);
}

/** Whether its root is another's outside. */
export function hasUserNamespace(linux: RuntimeLinux): boolean {
  return has(linux, 'user');
}

/**
 * Whether all that are made can be made at once, with the process. The rights to enter one that is there already are
 * lost in a new user namespace, and the clocks of a time namespace are set before anybody is in it.
 */
function isMadeAtOnce({ namespaces, timeOffsets }: RuntimeLinux): boolean {
  return timeOffsets === undefined && namespaces.every(({ path }) => path === undefined);
}

/** CLONE_NEW* of what the process is born into: the cgroup namespace comes once the process is in its cgroup. */
export function birthFlags(linux: RuntimeLinux): number {
  return isMadeAtOnce(linux) ? flagsOf(linux.namespaces.filter(({ type }) => type !== 'cgroup')) : 0;
}

/** The steps to the namespaces that the process isn't born into. @throws EngineError for what can't be one container's. */
export function namespaceSteps(linux: RuntimeLinux): readonly Step[] {
  refuseImpossible(linux);
  const cgroup = makes(linux, 'cgroup') ? [step('unshare', namespaceFlags.cgroup)] : [];
  if (isMadeAtOnce(linux)) return [...idMapSteps(linux), ...cgroup];
  const { namespaces } = linux;
  const entered = namespaces.flatMap(({ type, path }) => (path === undefined ? [] : [namespaceFlags[type], path]));
  const made = flagsOf(namespaces.filter(({ path, type }) => path === undefined && type !== 'user'));
  return [
    ...(entered.length === 0 ? [] : [step('enter', ...entered)]),
    ...(makes(linux, 'user') ? [step('unshare', namespaceFlags.user)] : []),
    ...(made === 0 ? [] : [step('unshare', made)]),
    // Its own files in proc are root's: before it is somebody else.
    ...clockSteps(linux),
    ...idMapSteps(linux),
    ...(has(linux, 'pid') || has(linux, 'time') ? [step('child')] : []),
  ];
}

function idMapSteps(linux: RuntimeLinux): readonly Step[] {
  const { uidMappings = [], gidMappings = [] } = linux;
  if (!makes(linux, 'user')) return [];
  if (uidMappings.length === 0 || gidMappings.length === 0) {
    throw new EngineError('invalid-argument', 'A user namespace of its own needs a map of uids and one of gids.');
  }
  return [step('idMaps', idMap(uidMappings), idMap(gidMappings))];
}

/** Lines of user_namespaces(7). */
export function idMap(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');
}

/** time_namespaces(7). */
function clockSteps({ timeOffsets = {} }: RuntimeLinux): readonly Step[] {
  const lines = Object.entries(timeOffsets).map(
    ([clock, { secs = 0, nanosecs = 0 }]) => `${clock} ${secs} ${nanosecs}\n`,
  );
  return lines.length === 0 ? [] : [step('writeSelf', 'timens_offsets', lines.join(''))];
}

function refuseImpossible(linux: RuntimeLinux): void {
  const { namespaces, timeOffsets, uidMappings = [], gidMappings = [] } = linux;
  const doubled = namespaces.find(({ type }, index) => namespaces.findIndex((other) => other.type === type) !== index);
  const complaint = (
    [
      [doubled !== undefined, `The namespace ${doubled?.type} is named twice.`],
      [!has(linux, 'mount'), 'A container without a mount namespace would have its root laid over the host’s.'],
      [timeOffsets !== undefined && !makes(linux, 'time'), 'Clocks can be set only in a new time namespace.'],
      [
        uidMappings.length + gidMappings.length > 0 && !has(linux, 'user'),
        'Uids and gids can be mapped only in a user namespace.',
      ],
    ] as const
  ).find(([isSo]) => isSo);
  if (complaint !== undefined) throw new EngineError('invalid-argument', complaint[1]);
}
