import type { ContainerConfig } from './container.ts';

/** The containers whose namespaces it is in, by their ids. */
export function donorsOf({
  network,
  isolation = {},
}: Pick<ContainerConfig, 'network' | 'isolation'>): readonly string[] {
  return [network, isolation.ipc, isolation.pid].flatMap((mode) =>
    mode?.startsWith('container:') === true ? [mode.slice('container:'.length)] : [],
  );
}
