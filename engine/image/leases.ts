import { unlessAborted } from '#engine/async/unless-aborted.ts';
import type { Digest } from '#engine/contract/digest.ts';
import type { Database } from '#engine/metadata/database.ts';

/**
 * What running work needs, so that the collection leaves it: blobs by digest, layers by diff id.
 *
 * Held in memory: a lease ends with the engine, and so does the work it was for.
 */
export class Leases {
  readonly #held = new Map<Digest, number>();
  readonly #removing = new Map<Digest, Promise<void>>();
  readonly #turns = new Map<Digest, Promise<void>>();

  open(): Lease {
    return new Lease(this);
  }

  isHeld(digest: Digest): boolean {
    return this.#held.has(digest);
  }

  /** Held from now on; resolves once no removal of it is under way, so that what is found then stays. */
  async hold(digest: Digest): Promise<void> {
    this.#held.set(digest, (this.#held.get(digest) ?? 0) + 1);
    await this.#removing.get(digest);
  }

  release(digest: Digest): void {
    const holders = (this.#held.get(digest) ?? 0) - 1;
    if (holders > 0) this.#held.set(digest, holders);
    else this.#held.delete(digest);
  }

  /** Runs a removal unless somebody holds the digest. @param isWanted asked in the same instant. */
  async removeUnheld(digest: Digest, isWanted: () => boolean, remove: () => Promise<void>): Promise<boolean> {
    await this.#removing.get(digest);
    if (this.isHeld(digest) || isWanted()) return false;
    const removal = remove().finally(() => this.#removing.delete(digest));
    this.#removing.set(
      digest,
      removal.catch(() => undefined),
    );
    await removal;
    return true;
  }

  /**
   * One at a time for each digest: the second finds what the first has fetched.
   * @throws the signal's reason when it fires while waiting.
   */
  async inTurn<T>(digest: Digest, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(digest) ?? Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turns.set(digest, promise);
    try {
      await unlessAborted(before, signal);
      return await work();
    } finally {
      // Whoever gives up waiting leaves the others in their order.
      void before.then(() => {
        if (this.#turns.get(digest) === promise) this.#turns.delete(digest);
        resolve();
      });
    }
  }
}

/** What one piece of work holds, released together. */
export class Lease {
  readonly #leases: Leases;
  readonly #digests = new Set<Digest>();

  constructor(leases: Leases) {
    this.#leases = leases;
  }

  async hold(...digests: readonly Digest[]): Promise<void> {
    // Once each: an uncompressed layer's blob and diff id are one digest.
    const added = [...new Set(digests)].filter((digest) => !this.#digests.has(digest));
    for (const digest of added) this.#digests.add(digest);
    await Promise.all(added.map((digest) => this.#leases.hold(digest)));
  }

  /** @returns what was held. */
  release(): readonly Digest[] {
    const released = [...this.#digests];
    this.#digests.clear();
    for (const digest of released) this.#leases.release(digest);
    return released;
  }
}

const leasesByDatabase = new WeakMap<Database, Leases>();

/** The leases of one data root: as many as there are open databases, whoever asks. */
export function leasesOf({ database }: { readonly database: Database }): Leases {
  const known = leasesByDatabase.get(database);
  if (known !== undefined) return known;
  const leases = new Leases();
  leasesByDatabase.set(database, leases);
  return leases;
}
