import { KeyedLock } from '#engine/async/keyed-lock.ts';
import { unlessAborted } from '#engine/async/unless-aborted.ts';

import type { RunMount } from './run-mount.ts';
import type { ReadyMount } from './step-mounts.ts';

/** Directories of caches that a running step has for itself, by where they are and their ids. */
const claims = new KeyedLock();

interface Claim {
  readonly cacheDir: string;
  /** Ends it. */
  readonly undo: AsyncDisposableStack;
  readonly signal: AbortSignal;
}

/**
 * Caches that a step wants for itself: of a locked one it waits for its turn, and of a private one it has another directory while the
 * usual one is taken (Dockerfile reference, "RUN --mount=type=cache", sharing).
 *
 * @returns the mounts, the private ones with the ids of their directories. @throws the signal's reason when it fires while waiting.
 */
export async function claimCaches(ready: readonly ReadyMount[], claim: Claim): Promise<readonly ReadyMount[]> {
  const locked = ready.flatMap(({ mount }) => (mount.type === 'cache' && mount.sharing === 'locked' ? [mount.id] : []));
  // Everybody in the same order, or two steps could wait for one another.
  for (const id of [...new Set(locked)].toSorted()) await take(keyOf(id, claim), claim);
  const own = new Map<string, string>();
  const claimed: ReadyMount[] = [];
  for (const each of ready) {
    const { mount } = each;
    if (mount.type !== 'cache' || mount.sharing !== 'private') {
      claimed.push(each);
      continue;
    }
    const id = own.get(mount.id) ?? freeId(mount, claim);
    if (!own.has(mount.id)) await take(keyOf(id, claim), claim);
    own.set(mount.id, id);
    claimed.push({ ...each, mount: { ...mount, id } });
  }
  return claimed;
}

function freeId({ id }: Extract<RunMount, { readonly type: 'cache' }>, claim: Claim): string {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? id : `${id} ${number}`;
    if (!claims.isHeld(keyOf(candidate, claim))) return candidate;
  }
}

function keyOf(id: string, { cacheDir }: Claim): string {
  return `${cacheDir} ${id}`;
}

async function take(key: string, { undo, signal }: Claim): Promise<void> {
  const begun = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const held = claims.exclusively(key, () => {
    begun.resolve();
    return over.promise;
  });
  undo.defer(() => {
    over.resolve();
    // Whoever gives up waiting is not waited for.
    void held;
  });
  await unlessAborted(begun.promise, signal);
}
