import { EngineError } from '#engine/contract/errors.ts';

import type { ContainerMount, MountRequest, VolumeRequestMount } from './container-mount.ts';
import type { CreateRequest } from './create-request.ts';
import { mountDestination, parseBind } from './parse-bind.ts';

export interface MountSources {
  /** Paths that the image wants a volume at. */
  readonly imageVolumes: readonly string[];
  /** The mounts of a container by its id or name. */
  readonly mountsOf: (container: string) => readonly ContainerMount[];
}

/**
 * What a container has mounted, by Docker's rules: what is asked for by path comes before what another container has there,
 * and the image's own volumes stand where nothing else does.
 *
 * @throws EngineError `invalid-argument` for two mounts at one path, `not-found` for a container that isn't there.
 */
export function chooseMounts(request: CreateRequest, { imageVolumes, mountsOf }: MountSources): readonly ChosenMount[] {
  const asked: readonly MountRequest[] = [...(request.binds ?? []).map(parseBind), ...(request.mounts ?? [])];
  const chosen = new Map<string, ChosenMount>();
  for (const mount of asked) {
    if (chosen.has(mount.destination)) {
      throw new EngineError('invalid-argument', `Duplicate mount point: ${mount.destination}`);
    }
    chosen.set(mount.destination, mount.type === 'volume' ? { asked: mount } : { inherited: mount });
  }
  const others = (request.volumesFrom ?? []).flatMap((from) => inheritedMounts(from, mountsOf));
  for (const inherited of others) {
    if (!asked.some(({ destination }) => destination === inherited.destination)) {
      chosen.set(inherited.destination, { inherited });
    }
  }
  for (const path of [...imageVolumes, ...(request.volumes ?? [])]) {
    const destination = mountDestination(path);
    if (chosen.has(destination)) continue;
    chosen.set(destination, { asked: { type: 'volume', destination, readOnly: false, isPopulated: true } });
  }
  return [...chosen.values()];
}

/** A volume that has yet to be found or made, or a mount that is ready as it is. */
export type ChosenMount = { readonly asked: VolumeRequestMount } | { readonly inherited: ContainerMount };

/** `container[:ro|rw]`; memory is a container's own. */
function inheritedMounts(from: string, mountsOf: MountSources['mountsOf']): readonly ContainerMount[] {
  const [container = '', mode = 'rw', ...rest] = from.split(':');
  if (container === '' || rest.length > 0) {
    throw new EngineError('invalid-argument', `invalid volumes-from specification: '${from}'`);
  }
  const words = mode.split(',');
  const unknown = words.find((word) => !['ro', 'rw', 'z', 'Z', 'nocopy'].includes(word));
  if (unknown !== undefined) throw new EngineError('invalid-argument', `invalid mode: ${unknown} in '${from}'`);
  return mountsOf(container)
    .filter(({ type }) => type !== 'tmpfs')
    .map((mount) => ({ ...mount, readOnly: mount.readOnly || words.includes('ro') }));
}
