import type { Isolation } from '#engine/contract/container-options.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { RuntimeNamespace, RuntimeSpec } from '#engine/oci/runtime-spec.ts';

import type { ContainerParts } from './container-parts.ts';
import { refuseRestarting, type ContainerConfig } from './container.ts';

type Namespaces = RuntimeSpec['linux']['namespaces'];

const PREFIX = 'container:';

/** The namespaces of a container: its own, the machine's, or those of another that runs. @throws EngineError `conflict`. */
export function joinNamespaces(
  parts: ContainerParts,
  own: Namespaces,
  { network, isolation = {} }: Pick<ContainerConfig, 'network' | 'isolation'>,
): Namespaces {
  const modes: readonly (readonly [RuntimeNamespace['type'], string | undefined])[] = [
    ['network', network],
    ['ipc', isolation.ipc],
    ['pid', isolation.pid],
    ['uts', isolation.uts],
    ['cgroup', isolation.cgroupNamespace],
  ];
  const wanted = new Map(modes);
  return own.flatMap((namespace) => {
    const mode = wanted.get(namespace.type) ?? '';
    if (mode === 'host') return [];
    if (!mode.startsWith(PREFIX)) return [namespace];
    return [{ ...namespace, path: pathOf(parts, namespace.type, mode.slice(PREFIX.length)) }];
  });
}

/** The mount namespace of the container whose memory segments are shared: the files that name them are there. */
export function sharedMemoryNamespace(parts: ContainerParts, { ipc = '' }: Isolation): string | undefined {
  if (!ipc.startsWith(PREFIX)) return undefined;
  return pathOf(parts, 'ipc', ipc.slice(PREFIX.length)).replace(/ipc$/, 'mnt');
}

function pathOf({ table }: ContainerParts, type: RuntimeNamespace['type'], id: string): string {
  const donor = table.get(id);
  if (donor === undefined) {
    throw new EngineError(
      'conflict',
      `cannot join ${type.toUpperCase()} of container ${id}: it has been removed; create this one anew to join another`,
    );
  }
  refuseRestarting(donor);
  const running = table.running(donor.id);
  if (running === undefined) {
    throw new EngineError(
      'conflict',
      `cannot join ${type.toUpperCase()} of a non running container: ${id}; start ${donor.name} first`,
    );
  }
  return `/proc/${running.pid}/ns/${type === 'network' ? 'net' : type}`;
}
