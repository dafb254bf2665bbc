import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { CopySnapshotter } from './copy-snapshotter.ts';
import { OverlaySnapshotter, sweepSnapshots, type LayerTrees } from './overlay-snapshotter.ts';
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
  const place = await placeOf(dir);
  const isKnown = place === (await readFile(knownPath, 'utf8').catch(() => undefined));
  if (!isKnown && !(await canOverlay(dir))) return new CopySnapshotter(dir, layers);
  // Where it can't be kept, it is tried again.
  if (!isKnown) await writeFile(knownPath, place).catch(() => undefined);
  return new OverlaySnapshotter(dir, layers);
}

/** What the trial's outcome depends on: the kernel as it was started, the file system, the user namespace. */
async function placeOf(dir: string): Promise<string> {
  const [boot, { dev }, user] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => randomUUID()),
    stat(dir),
    readlink('/proc/self/ns/user').catch(() => ''),
  ]);
  return `${boot.trim()} ${dev} ${user}\n`;
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
