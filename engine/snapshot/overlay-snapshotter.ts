import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

import { removeTree } from '#engine/async/remove-tree.ts';
import { isDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

import type { LayerTrees } from './layer-trees.ts';
import type { RootMount, Snapshotter } from './snapshotter.ts';

const PARTIAL = '.partial';

/**
 * A directory for changes per key; overlayfs lays it over the layers when the container starts.
 *
 * What a create and a start do here is a handful of names in a directory: each takes the kernel microseconds, and a
 * promise for it a thread's turn, so they are done at once.
 */
export class OverlaySnapshotter implements Snapshotter {
  readonly driver = 'overlay';
  readonly #dir: string;
  readonly #layers: LayerTrees;

  constructor(dir: string, layers: LayerTrees) {
    this.#dir = dir;
    this.#layers = layers;
  }

  async prepare(key: string, layers: readonly Digest[]): Promise<void> {
    const partial = join(this.#dir, `${key}${PARTIAL}`);
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    mkdirSync(join(partial, 'upper'));
    mkdirSync(join(partial, 'work'));
    // An image without layers still needs something below: overlayfs has no mount without a lower directory.
    if (layers.length === 0) mkdirSync(join(partial, 'empty'));
    // The upper directory's mode is the mode of the container's root.
    chmodSync(join(partial, 'upper'), 0o755);
    writeFileSync(join(partial, 'layers'), layers.join('\n'));
    await settle(partial, join(this.#dir, key), key);
  }

  async mount(key: string): Promise<RootMount> {
    const dir = join(this.#dir, key);
    const layers = readLayers(dir, key).split('\n').filter(isDigest);
    const unique = [...new Set(layers.toReversed())];
    const trees = await Promise.all(unique.map((diffId) => this.#layers.mountable(diffId)));
    const images = trees.flatMap(({ image }) => (image === undefined ? [] : [image]));
    return {
      type: 'overlay',
      lower: trees.length === 0 ? [join(dir, 'empty')] : trees.map(({ path }) => path),
      ...(images.length === 0 ? {} : { images }),
      upper: join(dir, 'upper'),
      work: join(dir, 'work'),
    };
  }

  upperDir(key: string): string {
    return join(this.#dir, key, 'upper');
  }

  directory(key: string): string {
    return join(this.#dir, key);
  }

  async remove(key: string): Promise<void> {
    await removeSnapshot(this.#dir, key);
  }

  list(): Promise<readonly string[]> {
    return listSnapshots(this.#dir);
  }
}

function readLayers(dir: string, key: string): string {
  try {
    return readFileSync(join(dir, 'layers'), 'utf8');
  } catch {
    return missing(key);
  }
}

/** A directory that is ready under its partial name gets its own. @throws EngineError `conflict` when it is taken. */
export async function settle(partial: string, path: string, key: string): Promise<void> {
  try {
    await rename(partial, path);
  } catch (cause) {
    await removeTree(partial);
    throw new EngineError('conflict', `The container ${key.slice(0, 12)} has a read-write layer already.`, { cause });
  }
}

/** Renamed first: what is half removed is no snapshot any more. */
export async function removeSnapshot(dir: string, key: string): Promise<void> {
  const partial = join(dir, `${key}${PARTIAL}`);
  await removeTree(partial);
  try {
    await rename(join(dir, key), partial);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw error;
  }
  await removeTree(partial);
}

/** What is whole; what isn't goes while it is looked at, since only one engine has the directory. */
export async function listSnapshots(dir: string): Promise<readonly string[]> {
  const names = await readdir(dir);
  return names.filter((name) => !name.endsWith(PARTIAL));
}

/** Takes away what a killed engine was preparing or removing. */
export async function sweepSnapshots(dir: string): Promise<void> {
  const names = await readdir(dir);
  for (const name of names.filter((other) => other.endsWith(PARTIAL))) {
    await removeTree(join(dir, name));
  }
}

function missing(key: string): never {
  throw new EngineError('not-found', `The read-write layer of the container ${key.slice(0, 12)} is gone; remove it.`);
}
