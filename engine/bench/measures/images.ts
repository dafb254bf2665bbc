import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { eachPeer, milliseconds, type Measure } from '#engine/bench/measure.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';

const run = promisify(execFile);

const IMAGES = 100;
const TAGS = 5;

export const images: Measure = {
  name: 'images',
  title: `\`GET /images/json\` with ${IMAGES} images, ${IMAGES * TAGS} tags`,
  unit: 'ms',
  target: { of: 'docker', atMost: 0.5 },
  rounds: 30,
  warmsUp: true,
  contestants: async (bench) => {
    const archives = await makeArchives(bench.directory);
    for (const peer of bench.peers) {
      for (const archive of archives) await run('docker', ['--host', peer.host, 'load', '--input', archive]);
    }
    return eachPeer(bench, (peer) => milliseconds(() => peer.api.text('GET', '/images/json')));
  },
};

/** Seven layers each, of which ten images have three in common. */
async function makeArchives(directory: string): Promise<readonly string[]> {
  const archives: string[] = [];
  for (let number = 0; number < IMAGES; number += 1) {
    const layers = Array.from({ length: 7 }, (_, layer) => {
      const body = layer < 3 ? `base ${number % 10} ${layer}` : `own ${number} ${layer}`;
      return [{ name: `file${layer}`, body }];
    });
    const names = Array.from({ length: TAGS }, (_, tag) => `bench/images${number}:${tag}`);
    const path = join(directory, `images-${number}.tar`);
    await writeFile(path, await dockerArchive({ image: await makeImage(layers, { format: 'docker' }), names }));
    archives.push(path);
  }
  return archives;
}
