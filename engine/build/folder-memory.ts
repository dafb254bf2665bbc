import type { Stats } from 'node:fs';

import type { Database } from '#engine/metadata/database.ts';

import { KnownDigests } from './known-digests.ts';
import { PlanMemory } from './plan-memory.ts';
import type { SourceEntry } from './source-tree.ts';

/** Something in a folder as it was when it was looked at. */
export interface Seen {
  readonly entry: SourceEntry;
  readonly stats: Stats;
  /** Whether a change since would show in `stats`, however soon it came. */
  readonly isSettled: boolean;
  /** sha256 of a file's bytes, in hex, once somebody has asked. */
  digest?: string;
  /** Of what is in a directory, in the order of their bytes, once somebody has asked. */
  names?: readonly string[];
}

/** Between builds; the digests stay in the database. */
const KEPT_MS = 60_000;
/** Of folders together; each takes some hundred bytes. */
const MOST_KEPT = 100_000;

interface Kept {
  readonly memory: FolderMemory;
  expiry: NodeJS.Timeout | undefined;
}

const keptOf = new WeakMap<Database, Map<string, Kept>>();

/**
 * What is known of a folder from builds before: of what is still as it was, nothing is read and nothing made anew. A file
 * and a directory's names are the same while nobody has changed the inode (`KnownDigests`).
 */
export class FolderMemory {
  /** Absolute. */
  readonly root: string;
  readonly digests: KnownDigests;
  readonly plans = new PlanMemory();
  /** How often something that was read was no longer what had been seen. */
  changes = 0;
  readonly #seen = new Map<string, Seen>();

  constructor(database: Database, root: string) {
    this.root = root;
    this.digests = new KnownDigests(database, root);
  }

  /** As it was found before, if `stats` say that it is still the same. */
  find(path: string, stats: Stats): Seen | undefined {
    const known = this.#seen.get(path);
    return known !== undefined && isSame(known.stats, stats) ? known : undefined;
  }

  note(path: string, seen: Seen): void {
    if (seen.isSettled) this.#seen.set(path, seen);
    else this.#seen.delete(path);
  }

  get size(): number {
    return this.#seen.size;
  }
}

/** For the time of a build; the next one of the same folder soon after begins with what this one knows. */
export function openFolderMemory(database: Database, root: string): Disposable & { readonly memory: FolderMemory } {
  const all = keptOf.get(database) ?? new Map<string, Kept>();
  keptOf.set(database, all);
  const kept = all.get(root) ?? { memory: new FolderMemory(database, root), expiry: undefined };
  clearTimeout(kept.expiry);
  // The one used last is the last.
  all.delete(root);
  all.set(root, kept);
  return {
    memory: kept.memory,
    [Symbol.dispose]: () => {
      const { memory } = kept;
      memory.digests.store();
      memory.plans.forgetUnused();
      clearTimeout(kept.expiry);
      kept.expiry = setTimeout(() => all.get(root) === kept && all.delete(root), KEPT_MS).unref();
      keepWithin(all, MOST_KEPT);
    },
  };
}

/** Lets go of what was used longest ago. */
function keepWithin(all: Map<string, Kept>, most: number): void {
  let sum = 0;
  for (const [root, { memory }] of [...all].toReversed()) {
    sum += memory.size;
    if (sum > most) all.delete(root);
  }
}

export function isSame(before: Stats, now: Stats): boolean {
  return (
    before.ctimeMs === now.ctimeMs &&
    before.mtimeMs === now.mtimeMs &&
    before.size === now.size &&
    before.ino === now.ino &&
    before.dev === now.dev &&
    before.mode === now.mode &&
    before.uid === now.uid &&
    before.gid === now.gid
  );
}
