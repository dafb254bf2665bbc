import { execFile } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { CopySnapshotter } from './copy-snapshotter.ts';
import { OverlaySnapshotter, sweepSnapshots, type LayerTrees } from './overlay-snapshotter.ts';
import type { Snapshotter } from './snapshotter.ts';
import { isInUserNamespace } from './user-namespace.ts';

const run = promisify(execFile);

/** Overlay where this kernel, user and file system can, otherwise whole copies. */
export async function chooseSnapshotter(dir: string, layers: LayerTrees): Promise<Snapshotter> {
  await sweepSnapshots(dir);
  return (await canOverlay(dir)) ? new OverlaySnapshotter(dir, layers) : new CopySnapshotter(dir, layers);
}

/** Tried, in a mount namespace that goes with the trial: a file system may refuse to be an upper one. */
async function canOverlay(dir: string): Promise<boolean> {
  const known = await readFile('/proc/filesystems', 'utf8').catch(() => '');
  if (!/\boverlay$/m.test(known)) return false;
  const trial = join(dir, 'trial.partial');
  try {
    for (const name of ['lower', 'upper', 'work', 'root']) await mkdir(join(trial, name), { recursive: true });
    await run('unshare', ['--mount', 'sh', '-c', trialOf(isInUserNamespace())], { cwd: trial });
    return true;
  } catch {
    return false;
  } finally {
    await rm(trial, { recursive: true, force: true });
  }
}

function trialOf(isRootless: boolean): string {
  const options = `lowerdir=lower,upperdir=upper,workdir=work${isRootless ? ',userxattr' : ''}`;
  return `mount -t overlay -o ${options} overlay root && : > root/file`;
}
