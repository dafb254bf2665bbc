import { readFile } from 'node:fs/promises';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import type { TarItem } from '#engine/testing/tar-fixture.ts';

/** Three pixels by two, red. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAD0lEQVR42mP4z8AARFAKABzvA/1VkqbRAAAAAElFTkSuQmCC',
  'base64',
);

/** Would tell, if anything in it ran. */
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="80"><rect width="120" height="80" fill="teal"/>
<script>window.parent.document.title = 'it ran'; document.title = 'it ran'</script></svg>`;

const settings = (port: number, extra = ''): string =>
  `${Array.from({ length: 20 }, (_, line) => `# line ${line}`).join('\n')}\nport = ${port}\nhost = localhost\n${extra}`;

/** Files of every kind that can be looked at, one of them in four versions: `odd:1`. */
export async function oddArchive(): Promise<Uint8Array> {
  const first: readonly TarItem[] = [
    { name: 'etc', type: 'directory' },
    { name: 'etc/settings.ini', body: settings(80) },
    { name: 'bin', type: 'directory' },
    { name: 'bin/list', body: await readFile('/bin/ls'), mode: 0o4755 },
    { name: 'shown.png', body: PNG },
    { name: 'drawn.svg', body: SVG },
    { name: 'noise', body: Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 31) % 256)) },
    { name: 'inside', type: 'symlink', linkname: 'etc/../etc/./settings.ini' },
    { name: 'outside', type: 'symlink', linkname: '../../../../proc/version' },
    { name: 'broken.png', body: PNG.subarray(0, 40) },
  ];
  const layers: readonly (readonly TarItem[])[] = [
    first,
    [{ name: 'etc/settings.ini', body: settings(8080) }],
    [{ name: 'etc/.wh.settings.ini' }],
    [{ name: 'etc/settings.ini', body: settings(8443, 'secure = yes\n'), mode: 0o600 }],
  ];
  // Root's: in an engine that isn't root that is whoever runs it, who can remove them afterwards.
  const image = await makeImage(layers.map((layer) => layer.map((item) => ({ ...item, owner: 0 }))));
  return dockerArchive({ image, names: ['odd:1'] });
}
