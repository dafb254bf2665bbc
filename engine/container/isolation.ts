import type { Isolation } from '#engine/contract/container-options.ts';

/** The containers whose namespaces it is in, by their ids. */
export function donorsOf({ ipc, pid }: Isolation): readonly string[] {
  return [ipc, pid].flatMap((mode) =>
    mode?.startsWith('container:') === true ? [mode.slice('container:'.length)] : [],
  );
}
