import type { Peer } from './peers.ts';

const CONTAINERS = 1000;
/** Of so many one has run and ended; the others are as `docker create` left them. */
const ONE_HAS_RUN_OF = 20;
const AT_A_TIME = 4;

/** Gives an engine a thousand stopped containers. */
export async function fillWithContainers(peer: Peer, image: string): Promise<void> {
  let made = 0;
  const work = async (): Promise<void> => {
    while (made < CONTAINERS) {
      const number = (made += 1);
      const id = await peer.api.createContainer({
        Image: image,
        Cmd: ['/bin/true'],
        Env: ['LANG=C.UTF-8', `NUMBER=${String(number)}`],
        Labels: { 'org.example.number': String(number) },
        HostConfig: { NetworkMode: 'none' },
      });
      if (number % ONE_HAS_RUN_OF !== 0) continue;
      await peer.api.start(id);
      await peer.api.untilStopped(id);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
}
