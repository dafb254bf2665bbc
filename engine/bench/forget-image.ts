import { connectEngine } from '#engine/client/connect-engine.ts';

import type { Peer } from './peers.ts';

/** Takes an image out of a peer's store, blobs and layers too: ours would keep them in its trash. */
export async function forgetImage(peer: Peer, name: string): Promise<void> {
  await peer.api.text('DELETE', `/images/${name}?force=1`);
  if (peer.name !== 'estrato') return;
  using engine = await connectEngine(peer.host.slice('unix://'.length));
  await engine.client.call('trash.empty', {});
}
