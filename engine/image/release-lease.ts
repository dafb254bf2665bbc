import type { Digest } from '#engine/contract/digest.ts';

import { collectAmong } from './collect-garbage.ts';
import type { ImageParts } from './image-parts.ts';
import type { Lease } from './leases.ts';
import { storeLedger } from './store-ledger.ts';

/** What nobody else holds or has named by now goes with the lease. */
export async function letGo(parts: ImageParts, lease: Lease): Promise<void> {
  storeLedger(parts).note(await letGoUnchanged(parts, lease));
}

/** The same of work that has brought nothing here: there is nothing new to be measured. @returns what it held. */
export async function letGoUnchanged(parts: ImageParts, lease: Lease): Promise<readonly Digest[]> {
  const digests = lease.release();
  await collectAmong(parts, digests);
  return digests;
}
