import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import type { TarItem } from '#engine/testing/tar-fixture.ts';

const bytes = (count: number, letter: string): string => letter.repeat(count);

const base: readonly TarItem[] = [
  { name: 'usr/lib/large.so', body: bytes(900_000, 'l') },
  { name: 'var/lib/apt/lists/deb.debian.org_dists', body: bytes(300_000, 'd') },
  { name: 'etc/issue', body: 'heavy\n' },
];
const app: readonly TarItem[] = [
  { name: 'srv/app/bundle.js', body: bytes(200_000, 'b') },
  { name: 'srv/app/copy-of-bundle.js', body: bytes(200_000, 'b') },
  {
    name: 'root/.ssh/id_rsa',
    body: `-----BEGIN OPENSSH PRIVATE KEY-----\n${bytes(400, 'A')}\n-----END OPENSSH PRIVATE KEY-----\n`,
    mode: 0o600,
  },
];
const cleaned: readonly TarItem[] = [
  { name: 'root/.ssh/.wh.id_rsa' },
  { name: 'srv/app/bundle.js', body: bytes(210_000, 'c') },
  { name: 'etc/issue', body: 'heavy, and cleaned\n' },
];

/** An image with much that it needn't have, `heavy:1`, and the one that it is made of, `light:1`. */
export async function heavyArchives(): Promise<readonly Uint8Array[]> {
  const config = { config: { Env: ['PATH=/bin', 'STAGE=one'], Cmd: ['/srv/app/run'] } };
  return Promise.all([
    dockerArchive({ image: await makeImage([base, app, cleaned], { config }), names: ['heavy:1'] }),
    dockerArchive({ image: await makeImage([base]), names: ['light:1'] }),
  ]);
}
