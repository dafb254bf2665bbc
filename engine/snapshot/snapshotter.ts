import type { Digest } from '#engine/contract/digest.ts';

/**
 * How the launcher makes a root file system: one mount in the container's own mount namespace, so that nothing is
 * mounted on the host and nothing is left when the container is gone.
 */
export type RootMount =
  | {
      readonly type: 'overlay';
      /** Absolute directories, top layer first. */
      readonly lower: readonly string[];
      readonly upper: string;
      readonly work: string;
      readonly images?: LayerImages;
    }
  | { readonly type: 'bind'; readonly source: string; readonly images?: LayerImages };

/** Directories of layers whose file systems are mounted first, each on the directory `tree` in it. */
export type LayerImages = readonly string[];

/**
 * Read-write layers over stacks of read-only ones, one per container.
 *
 * A snapshot exists whole or not at all; preparing one that exists is an error, removing one that doesn't is not.
 */
export interface Snapshotter {
  readonly driver: 'overlay' | 'copy';
  /** @param layers diff ids, base first; each must be in the layer store. */
  prepare(key: string, layers: readonly Digest[]): Promise<void>;
  mount(key: string): Promise<RootMount>;
  /** Where the container's own changes are: overlay's upper directory, or the whole copy. */
  upperDir(key: string): string;
  /** All there is of a snapshot: taken out of its place it isn't there, put back it is as it was. */
  directory(key: string): string;
  remove(key: string): Promise<void>;
  list(): Promise<readonly string[]>;
}
