import type { BuildWish } from '#engine/contract/build.ts';

/** A build of a folder by a text of the test's own, without a network and with nothing else asked for. */
export function buildWish(folder: string, dockerfile: string, more: Partial<BuildWish> = {}): BuildWish {
  return {
    folder,
    dockerfile,
    dockerfileName: 'Dockerfile',
    tags: [],
    args: {},
    labels: {},
    noCache: false,
    pull: false,
    network: 'none',
    secrets: {},
    ...more,
  };
}
