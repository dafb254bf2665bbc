import type { Peer } from '#engine/bench/peers.ts';

/** A container that does nothing, for as long as the measure lasts. @returns its id. */
export async function sleeper(
  peer: Peer,
  image: string,
  undo: AsyncDisposableStack,
  network: 'bridge' | 'none' = 'none',
): Promise<string> {
  const id = await peer.api.createContainer({
    Image: image,
    Cmd: ['/bin/sleep', '100000'],
    HostConfig: { NetworkMode: network },
  });
  undo.defer(() => peer.api.remove(id));
  await peer.api.start(id);
  return id;
}
