import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import type { RootMount } from '#engine/snapshot/snapshotter.ts';

const run = promisify(execFile);

/** overlayfs's sign that something below is gone (character device 0/0). */
export async function makeWhiteout(path: string): Promise<void> {
  await run('mknod', [path, 'c', '0', '0']);
}

/** Runs a script at a root that is mounted as the launcher would, in a mount namespace that goes with it. */
export async function runInRoot(mount: RootMount, script: string): Promise<string> {
  const target = await mkdtemp(join(tmpdir(), 'estrato-root-'));
  try {
    const mounting =
      mount.type === 'bind'
        ? ['mount --bind "$1" "$0"', mount.source]
        : [mountOverlay, mount.upper, mount.work, ...mount.lower];
    const [command = '', ...args] = mounting;
    const whole = `${command} && cd "$0" && { ${script}\n}`;
    const { stdout } = await run('unshare', ['--mount', 'sh', '-c', whole, target, ...args]);
    return stdout;
  } finally {
    await rmdir(target);
  }
}

/** Each lower directory by a name of one or two letters: mount(8) still has to fit the options in a page. */
const mountOverlay = `
  upper=$1 work=$2; shift 2
  mount -t tmpfs none "$0" && lower= count=0
  for dir; do
    mkdir "$0/$count"; mount --bind "$dir" "$0/$count"
    lower="$lower:$count"; count=$((count + 1))
  done
  cd "$0" && mount -t overlay -o "lowerdir=\${lower#:},upperdir=$upper,workdir=$work" overlay "$0"`;

/** All that can be told of a tree, to see that nothing of it has changed. */
export async function snapshotTree(dir: string): Promise<readonly string[]> {
  const names = await readdir(dir, { recursive: true });
  return Promise.all(
    names.toSorted().map(async (name) => {
      const path = join(dir, name);
      const { mode, uid, gid, mtimeMs, size, ino } = await lstat(path);
      const content = (await lstat(path)).isFile() ? await readFile(path, 'latin1') : '';
      return [name, mode, uid, gid, mtimeMs, size, ino, content].join(' ');
    }),
  );
}
