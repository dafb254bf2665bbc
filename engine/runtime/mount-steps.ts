import { EngineError } from '#engine/contract/errors.ts';
import type { IdMapping, RuntimeLinux, RuntimeMount, RuntimeSpec } from '#engine/oci/runtime-spec.ts';

import type { CgroupLayout } from './cgroups.ts';
import { step, type Step } from './encode-plan.ts';
import { requireLabels } from './labels.ts';
import { readMountOptions, type MountOptions } from './mount-options.ts';
import { has, hasUserNamespace, idMap } from './namespace-steps.ts';

const READ_ONLY = 1;
const PRIVATE = 0x4_0000;
const SHARED = 0x10_0000;

/** The steps that mount what a configuration lists, in its order. */
export function mountSteps({ mounts, linux }: RuntimeSpec, cgroups: CgroupLayout): readonly Step[] {
  return mounts.flatMap((mount) => {
    const options = readMountOptions(mount.options);
    if (mount.type === 'cgroup') return cgroupMounts(mount, linux, cgroups);
    return [isBind(mount) ? bindStep(mount, options, linux) : fileSystemStep(mount, options, linux)];
  });
}

export function isBind({ type, options }: RuntimeMount): boolean {
  return type === 'bind' || options.includes('bind') || options.includes('rbind');
}

function fileSystemStep(mount: RuntimeMount, options: MountOptions, { mountLabel }: RuntimeLinux): Step {
  const { destination, type } = mount;
  if (options.mapsOwners !== 'no' || mount.uidMappings !== undefined) {
    throw new EngineError('unsupported', `Only a bind mount can have other owners; ${destination} is a new ${type}.`);
  }
  const labelled = mountLabel && type !== 'proc' && type !== 'sysfs' ? [`context="${mountLabel}"`] : [];
  if (labelled.length > 0) requireLabels('SELinux');
  return newMount(mount, options.set | options.setBeneath, options, [...options.own, ...labelled]);
}

function newMount(
  { destination, type, source }: Pick<RuntimeMount, 'destination' | 'type' | 'source'>,
  attributes: number,
  { propagation = 0, copiesUp }: Pick<MountOptions, 'propagation' | 'copiesUp'>,
  own: readonly string[],
): Step {
  return step('mount', destination, type, source, attributes, propagation, copiesUp, ...own);
}

/**
 * A read-only bind is read-only with all that is mounted in it, as far as it reaches. What shares its mounts with the
 * host, has other owners, or belongs to a user namespace that may not reach it, is opened outside.
 */
function bindStep(mount: RuntimeMount, options: MountOptions, linux: RuntimeLinux): Step {
  const { destination, source, subpath = '', namespace = '' } = mount;
  const { set, clear, setBeneath, clearBeneath, propagation = PRIVATE } = options;
  const isDeep = mount.options.includes('rbind');
  const [uids, gids] = ownersOf(mount, options, linux);
  const isOutside = hasUserNamespace(linux) || uids !== '' || propagation === SHARED || namespace !== '';
  const own = isDeep ? [0, 0, set | setBeneath, clear | clearBeneath] : [set, clear, setBeneath, clearBeneath];
  const reaches = options.propagation === undefined || options.reachesBeneath;
  const maps = [uids, gids, options.mapsOwners === 'beneath'];
  return step(
    'bind',
    destination,
    source,
    isDeep,
    ...own,
    propagation,
    reaches,
    isOutside,
    ...maps,
    subpath,
    namespace,
  );
}

/** The container's own maps where the mount has none. */
function ownersOf(mount: RuntimeMount, { mapsOwners }: MountOptions, linux: RuntimeLinux): readonly [string, string] {
  const { uidMappings = [], gidMappings = [] } = mount;
  if (mapsOwners === 'no' && uidMappings.length === 0) return ['', ''];
  const of = (own: readonly IdMapping[], others: readonly IdMapping[] = []): string =>
    idMap(own.length > 0 ? own : others);
  const maps = [of(uidMappings, linux.uidMappings), of(gidMappings, linux.gidMappings)] as const;
  if (maps.includes('')) {
    throw new EngineError(
      'invalid-argument',
      `The mount ${mount.destination} is to have other owners, but no map says which.`,
    );
  }
  return maps;
}

/** The container's own part of each hierarchy: its cgroup namespace shows it as the root; without one it is bound there. */
function cgroupMounts(given: RuntimeMount, linux: RuntimeLinux, cgroups: CgroupLayout): readonly Step[] {
  const { mode, hierarchies, dirs } = cgroups;
  const options = readMountOptions(given.options);
  const mount = (name: string, type: string, attributes: number, own: readonly string[] = []): Step =>
    newMount({ destination: `${given.destination}${name}`, type, source: 'cgroup' }, attributes, options, own);
  const part = (name: string, type: string, index: number, own: readonly string[] = []): Step =>
    has(linux, 'cgroup')
      ? mount(name, type, options.set, own)
      : bindStep({ ...given, destination: `${given.destination}${name}`, source: dirs[index] ?? '' }, options, linux);
  if (mode === 'none') return [];
  if (mode === 'v2') return [part('', 'cgroup2', 0)];
  const writable = options.set & ~READ_ONLY;
  return [
    mount('', 'tmpfs', writable, ['mode=755']),
    ...hierarchies.map(({ name, type, options: own }, index) => part(`/${name}`, type, index, own)),
    ...(writable === options.set ? [] : [step('readonly', given.destination)]),
  ];
}
