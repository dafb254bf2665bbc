import type { BigIntStats } from 'node:fs';

import { HeldDirectory } from '#engine/archive/held-directory.ts';

import type { ContainerParts } from './container-parts.ts';
import type { Container } from './container.ts';
import { openImageTree, openTree } from './open-tree.ts';

export interface TreeChange {
  /** Absolute, in the container. */
  readonly path: string;
  readonly kind: 'changed' | 'added' | 'deleted';
  /** What the path was, and what it is: one of the two of what came or went. */
  readonly before?: BigIntStats;
  readonly now?: BigIntStats;
}

/** What the container's own tree has that its image hasn't, or has otherwise, or hasn't any more; by path. */
export async function diffContainer(parts: ContainerParts, ref: string): Promise<readonly TreeChange[]> {
  return diffOf(parts, parts.table.find(ref));
}

export async function diffOf(parts: ContainerParts, container: Container): Promise<readonly TreeChange[]> {
  await using now = await openTree(parts, container);
  return await diffWithin(parts, container, now.path);
}

/** The same of a tree that is open already. @param now the container's own, as `openTree` has it. */
export async function diffWithin(
  parts: ContainerParts,
  container: Container,
  now: string,
  isOwnChanged = false,
): Promise<readonly TreeChange[]> {
  await using before = await openImageTree(parts, container);
  return await compareTrees(
    { now, before: before.path, own: parts.snapshots.upperDir(container.id) },
    container,
    isOwnChanged,
  );
}

/** What of a container is asked for what stands in its tree and isn't its own. */
interface Mounted {
  readonly config: Pick<Container['config'], 'mounts'>;
}

/**
 * @param trees `own` has every directory in which anything may differ.
 * @param isOwnChanged whether a file that `own` has is another one than before, however alike they look: of overlayfs,
 * which copies what is about to change, that finds what no size and no time tells.
 */
export async function compareTrees(
  trees: { readonly now: string; readonly before: string; readonly own: string },
  container: Mounted,
  isOwnChanged = false,
): Promise<readonly TreeChange[]> {
  await using now = await HeldDirectory.open(trees.now);
  await using before = await HeldDirectory.open(trees.before);
  await using own = await HeldDirectory.open(trees.own);
  const comparison = new TreeComparison(surroundings(container), isOwnChanged);
  return (await comparison.directory({ now, before, own }, '')).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** What the engine itself puts in a container's way, and nobody asked to see: nothing of it holds a byte. */
function surroundings({ config }: Mounted): ReadonlySet<string> {
  const files = ['hosts', 'hostname', 'resolv.conf'].map((name) => `/etc/${name}`);
  const mounts = config.mounts.map(({ destination }) => destination);
  const places = [
    '/dev/console',
    '/dev/mqueue',
    '/dev/pts',
    '/dev/shm',
    '/proc',
    '/sys/fs/cgroup',
    ...files,
    ...mounts,
  ];
  return new Set(places.flatMap((place) => place.split('/').map((_, end, words) => words.slice(0, end + 1).join('/'))));
}

interface Directories {
  readonly now: HeldDirectory;
  readonly before: HeldDirectory;
  readonly own: HeldDirectory;
}

/**
 * By what is there, not by overlayfs's notes: a directory that hides what is below it, and one that was removed and
 * made again, come out as what they amount to.
 */
class TreeComparison {
  readonly #ignored: ReadonlySet<string>;
  readonly #isOwnChanged: boolean;

  constructor(ignored: ReadonlySet<string>, isOwnChanged: boolean) {
    this.#ignored = ignored;
    this.#isOwnChanged = isOwnChanged;
  }

  async directory(trees: Directories, path: string): Promise<readonly TreeChange[]> {
    const { now, before, own } = trees;
    const [names, namesBefore, ownNames] = await Promise.all([now.names(), before.names(), own.names()]);
    const present = new Set(names);
    const earlier = new Set(namesBefore);
    const changes: TreeChange[] = [];
    for (const name of namesBefore.filter((name) => !present.has(name))) {
      changes.push({ ...at(path, name, 'deleted'), ...formerly(await before.stat(name)) });
    }
    for (const name of ownNames.filter((own) => present.has(own))) {
      const found = earlier.has(name) ? await this.#both(trees, name, path) : await this.#added(now, name, path);
      for (const one of found) changes.push(one);
    }
    return changes;
  }

  async #both(trees: Directories, name: string, parent: string): Promise<readonly TreeChange[]> {
    const [now, before, own] = await Promise.all([trees.now.stat(name), trees.before.stat(name), trees.own.stat(name)]);
    if (now === undefined || before === undefined || own === undefined) return [];
    const path = `${parent}/${name}`;
    const areDirectories = now.isDirectory() && before.isDirectory() && own.isDirectory();
    const below = areDirectories
      ? await this.#below(trees, name, path)
      : await this.#childrenOf(trees.now, name, now, path);
    const isCopied = this.#isOwnChanged && !own.isDirectory();
    return below.length > 0 || isCopied || differs(before, now)
      ? [{ ...at(parent, name, 'changed'), before, now }, ...below]
      : [];
  }

  async #below(trees: Directories, name: string, path: string): Promise<readonly TreeChange[]> {
    await using now = await trees.now.enter(name);
    await using before = await trees.before.enter(name);
    await using own = await trees.own.enter(name);
    return await this.directory({ now, before, own }, path);
  }

  async #added(directory: HeldDirectory, name: string, parent: string): Promise<readonly TreeChange[]> {
    const stats = await directory.stat(name);
    if (stats === undefined) return [];
    const path = `${parent}/${name}`;
    const below = await this.#childrenOf(directory, name, stats, path);
    const isEmpty = below.length === 0 && (stats.isDirectory() || stats.size === 0n);
    return isEmpty && this.#ignored.has(path) ? [] : [{ ...at(parent, name, 'added'), now: stats }, ...below];
  }

  async #childrenOf(
    directory: HeldDirectory,
    name: string,
    stats: BigIntStats,
    path: string,
  ): Promise<readonly TreeChange[]> {
    if (!stats.isDirectory()) return [];
    await using inside = await directory.enter(name);
    const changes: TreeChange[] = [];
    for (const child of await inside.names()) {
      for (const one of await this.#added(inside, child, path)) changes.push(one);
    }
    return changes;
  }
}

function at(parent: string, name: string, kind: TreeChange['kind']): TreeChange {
  return { path: `${parent}/${name}`, kind };
}

function formerly(before: BigIntStats | undefined): Pick<TreeChange, 'before'> {
  return before === undefined ? {} : { before };
}

/** As Docker tells: a directory's own size and time say nothing of it. */
function differs(before: BigIntStats, now: BigIntStats): boolean {
  if (before.mode !== now.mode || before.uid !== now.uid || before.gid !== now.gid) return true;
  if (now.isDirectory()) return false;
  return before.rdev !== now.rdev || before.size !== now.size || before.mtimeNs !== now.mtimeNs;
}
