import { collectAmong } from './collect-garbage.ts';
import type { ImageParts } from './image-parts.ts';
import type { Lease } from './leases.ts';
import { storeLedger } from './store-ledger.ts';

/** What nobody else holds or has named by now goes with the lease. */
export async function letGo(parts: ImageParts, lease: Lease): Promise<void> {
  const digests = lease.release();
  await collectAmong(parts, digests);
  storeLedger(parts).note(digests);
}
