import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Of each of its directories; one path holds no sixteen of them. */
const NAME = 'd'.repeat(250);
const CHUNK = join(...Array.from({ length: 10 }, () => NAME));

/** A directory, with a file at its far end and one at its top, that is deeper than any one path can say. */
export async function makeDeepTree(path: string): Promise<void> {
  const growing = `${path}.growing`;
  await mkdir(growing);
  await writeFile(join(growing, 'end'), 'end');
  for (let chunks = 0; chunks < 5; chunks += 1) {
    const around = `${path}.around`;
    await mkdir(join(around, CHUNK), { recursive: true });
    await rename(growing, join(around, CHUNK, 'more'));
    await rename(around, growing);
  }
  await writeFile(join(growing, 'top'), 'top');
  await rename(growing, path);
}
