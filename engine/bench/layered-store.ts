import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { forgetImage } from './forget-image.ts';
import { layeredImage } from './layered-image.ts';
import { milliseconds, type Bench, type Contestant } from './measure.ts';
import { pull } from './pull.ts';
import type { Peer } from './peers.ts';
import { pushLayout } from './registry.ts';

const run = promisify(execFile);

/** What archives call the image. */
export const ARCHIVED = 'bench/layered:1';

interface Layered {
  /** An OCI layout. */
  readonly layout: string;
  /** On the bench's registry, and in the peers that have pulled it. */
  readonly repository: string;
}

/** The image of seven layers, on the bench's registry. */
export async function publish(bench: Bench): Promise<Layered> {
  const layout = await layeredImage();
  await pushLayout(bench.registryHost, layout, 'layered:1');
  return { layout, repository: `${bench.registryHost}/layered` };
}

/** The same, and in every peer's store. */
export async function pulled(bench: Bench): Promise<Layered> {
  const image = await publish(bench);
  for (const peer of bench.peers) await pull(peer, image.repository, '1');
  return image;
}

/** Takes the image out of a peer's store, whatever name it came under. */
export async function lack(peer: Peer, repository: string): Promise<void> {
  for (const name of [`${repository}:1`, ARCHIVED]) {
    const isThere = await peer.api.text('GET', `/images/${name}/json`).then(
      () => true,
      () => false,
    );
    if (isThere) await forgetImage(peer, name);
  }
}

/** What others have left to write would be waited for by whoever is next. */
export async function settled(work: () => Promise<unknown>): Promise<number> {
  await run('sync');
  return milliseconds(work);
}

/** A program that does the same work without an engine, given a directory of its own, which goes afterwards. */
export function floor(bench: Bench, name: string, work: (directory: string) => Promise<unknown>): Contestant {
  return {
    name,
    sample: async () => {
      const directory = await mkdtemp(join(bench.directory, 'floor-'));
      const took = await settled(() => work(directory));
      await rm(directory, { recursive: true, force: true });
      return took;
    },
  };
}
