import { execFile } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { Digest } from '#engine/contract/digest.ts';
import type { LayerTrees } from '#engine/snapshot/layer-trees.ts';

import { launcherPath } from './layer-fixtures.ts';

const run = promisify(execFile);

/** Runs a script in a stack of layers, base first, as the kernel shows it. @returns what it prints. */
export async function runInLayers(layers: LayerTrees, stack: readonly Digest[], script: string): Promise<string> {
  const mounts = await Promise.all(stack.toReversed().map((diffId) => layers.mountable(diffId)));
  const images = mounts.flatMap(({ image }) => (image === undefined ? [] : [image]));
  const target = await mkdtemp(join(tmpdir(), 'estrato-view-'));
  try {
    const lower = mounts.map(({ path }) => path);
    const args = ['layers', target, ...images, '--', ...lower, '--', 'sh', '-c', script];
    const { stdout } = await run(launcherPath, args, { maxBuffer: 512 * 1024 * 1024 });
    return stdout;
  } finally {
    await rmdir(target);
  }
}

/** All that can be told of a tree but for numbers of inodes and sizes of directories, a line for each thing. */
export const tell = `
  export LC_ALL=C
  find . ! -type d -printf '%p %y %m %U %G %s %T@ %n %l\\n' | sort
  find . -type d -printf '%p %y %m %U %G %T@\\n' | sort
  find . \\( -type c -o -type b \\) -exec stat -c '%n %t:%T' {} + | sort
  find . -type f -exec sha256sum {} + | sort -k 2
  getfattr -R -P -d -m - -e hex . 2>/dev/null | sort
`;
