import type { BigIntStats } from 'node:fs';

import { HeldDirectory } from '#engine/archive/held-directory.ts';
import type { TreeChange, TreeComparison } from '#engine/contract/save-point.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * What the later of two trees has otherwise than the earlier.
 *
 * A file with the same size and the same time to the nanosecond counts as the same: a copy keeps both. Where only the
 * time differs its bytes decide.
 *
 * @param limit changes to tell one by one.
 */
export async function compareTrees(before: string, after: string, limit: number): Promise<TreeComparison> {
  await using earlier = await HeldDirectory.open(before);
  await using later = await HeldDirectory.open(after);
  const comparison = new Comparison(limit);
  await comparison.directories({ earlier, later }, '');
  return comparison.result();
}

interface Pair<T> {
  readonly earlier: T;
  readonly later: T;
}

class Comparison {
  readonly #limit: number;
  readonly #counts = { added: 0, changed: 0, touched: 0, removed: 0 };
  readonly #changes: TreeChange[] = [];
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  result(): TreeComparison {
    const told = this.#changes.length;
    const { added, changed, touched, removed } = this.#counts;
    const isWhole = told === added + changed + touched + removed;
    return { ...this.#counts, bytes: this.#bytes, changes: this.#changes, isWhole };
  }

  async directories({ earlier, later }: Pair<HeldDirectory>, prefix: string): Promise<void> {
    const [left, right] = await Promise.all([earlier.names(), later.names()]);
    for (const name of [...new Set([...left, ...right])].toSorted()) {
      const [one, other] = await Promise.all([earlier.stat(name), later.stat(name)]);
      const path = `${prefix}${name}`;
      if (one !== undefined && other !== undefined && kindOf(one) === kindOf(other)) {
        await this.#same({ earlier, later }, { name, path, stats: { earlier: one, later: other } });
        continue;
      }
      if (one !== undefined) await this.#all(earlier, { name, path, stats: one, kind: 'removed' });
      if (other !== undefined) await this.#all(later, { name, path, stats: other, kind: 'added' });
    }
  }

  /** Something of one kind on both sides. */
  async #same(
    places: Pair<HeldDirectory>,
    { name, path, stats }: { readonly name: string; readonly path: string; readonly stats: Pair<BigIntStats> },
  ): Promise<void> {
    const { earlier, later } = stats;
    const isDirectory = later.isDirectory();
    if (await hasOtherContent(places, name, stats)) {
      this.#tell({ path, kind: 'changed', isDirectory, ...sizeOf('before', earlier), ...sizeOf('after', later) });
    } else if (!hasSameFacts(earlier, later)) {
      this.#tell({ path, kind: 'touched', isDirectory, ...sizeOf('before', earlier), ...sizeOf('after', later) });
    }
    if (!isDirectory) return;
    await using one = await places.earlier.enter(name);
    await using other = await places.later.enter(name);
    await this.directories({ earlier: one, later: other }, `${path}/`);
  }

  /** Something that only one side has, with all in it. */
  async #all(
    place: HeldDirectory,
    {
      name,
      path,
      stats,
      kind,
    }: {
      readonly name: string;
      readonly path: string;
      readonly stats: BigIntStats;
      readonly kind: 'added' | 'removed';
    },
  ): Promise<void> {
    const size = sizeOf(kind === 'added' ? 'after' : 'before', stats);
    this.#tell({ path, kind, isDirectory: stats.isDirectory(), ...size });
    if (!stats.isDirectory()) return;
    await using inside = await place.enter(name);
    for (const child of await inside.names()) {
      const found = await inside.stat(child);
      if (found !== undefined) await this.#all(inside, { name: child, path: `${path}/${child}`, stats: found, kind });
    }
  }

  #tell(change: TreeChange): void {
    this.#counts[change.kind] += 1;
    this.#bytes += (change.after ?? 0) - (change.before ?? 0);
    if (this.#changes.length < this.#limit) this.#changes.push(change);
  }
}

/** S_IFMT of inode(7). */
function kindOf({ mode }: BigIntStats): bigint {
  return mode & 0o170000n;
}

/** A directory's time says only that names in it came and went, and those are told themselves. */
function hasSameFacts(one: BigIntStats, other: BigIntStats): boolean {
  const hasSameTime = one.isDirectory() || one.mtimeNs === other.mtimeNs;
  return one.mode === other.mode && one.uid === other.uid && one.gid === other.gid && hasSameTime;
}

async function hasOtherContent(
  { earlier, later }: Pair<HeldDirectory>,
  name: string,
  { earlier: one, later: other }: Pair<BigIntStats>,
): Promise<boolean> {
  if (one.isSymbolicLink()) return (await earlier.readlink(name)) !== (await later.readlink(name));
  if (!one.isFile()) return one.rdev !== other.rdev;
  if (one.size !== other.size) return true;
  if (one.mtimeNs === other.mtimeNs) return false;
  await using left = await earlier.openFile(name);
  await using right = await later.openFile(name);
  const [first, second] = [Buffer.allocUnsafe(CHUNK_BYTES), Buffer.allocUnsafe(CHUNK_BYTES)];
  for (let at = 0; ;) {
    const [{ bytesRead }, { bytesRead: others }] = await Promise.all([
      left.read(first, 0, CHUNK_BYTES, at),
      right.read(second, 0, CHUNK_BYTES, at),
    ]);
    if (bytesRead !== others || !first.subarray(0, bytesRead).equals(second.subarray(0, others))) return true;
    if (bytesRead === 0) return false;
    at += bytesRead;
  }
}

function sizeOf<K extends 'before' | 'after'>(side: K, stats: BigIntStats): { readonly [P in K]?: number } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed name of one of two kinds
  return (stats.isFile() ? { [side]: Number(stats.size) } : {}) as { readonly [P in K]?: number };
}
