import { join } from 'node:path';

/** What a layer's directory may hold; README.md says when it does. */
export interface LayerPaths {
  readonly index: string;
  /** Everything the layer has; of one that is kept as a tar the empty place that its image is mounted on. */
  readonly tree: string;
  readonly tar: string;
  readonly image: string;
  /** The tree of a layer that is kept as a tar, where the machine can't mount it. */
  readonly unpacked: string;
}

export function layerPaths(dir: string): LayerPaths {
  return {
    index: join(dir, 'index'),
    tree: join(dir, 'tree'),
    tar: join(dir, 'tar'),
    image: join(dir, 'erofs'),
    unpacked: join(dir, 'unpacked'),
  };
}
