import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { CopySnapshotter } from './copy-snapshotter.ts';
import type { LayerTrees } from './layer-trees.ts';
import { OverlaySnapshotter, sweepSnapshots } from './overlay-snapshotter.ts';
import { kernelKnows, rememberedTrial } from './remembered-trial.ts';
import type { Snapshotter } from './snapshotter.ts';
import { isInUserNamespace } from './user-namespace.ts';

const run = promisify(execFile);

/**
 * Overlay where this kernel, user and file system can, otherwise whole copies.
 *
 * @param knownPath a file beside `dir`, by which a trial that went well is known until the machine is started again.
 */
export async function chooseSnapshotter(dir: string, layers: LayerTrees, knownPath: string): Promise<Snapshotter> {
  await sweepSnapshots(dir);
  const isAble = await rememberedTrial(dir, knownPath, () => canOverlay(dir));
  if (!isAble) return new CopySnapshotter(dir, layers);
  return new OverlaySnapshotter(dir, layers);
}

/** Tried, in a mount namespace that goes with the trial: a file system may refuse to be an upper one. */
async function canOverlay(dir: string): Promise<boolean> {
  if (!(await kernelKnows('overlay'))) return false;
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
