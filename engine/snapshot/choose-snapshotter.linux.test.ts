import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { chooseSnapshotter } from './choose-snapshotter.ts';

const run = promisify(execFile);
const layers = { treePath: (): string => '/nowhere', opaquePaths: () => Promise.resolve([]) };
const module = fileURLToPath(new URL('choose-snapshotter.ts', import.meta.url));

/** The choice of an engine that sees the machine as the shell command before it has made it. */
async function choiceAfter(command: string, dir: string): Promise<string> {
  const script = `
    const { chooseSnapshotter } = await import(${JSON.stringify(module)});
    const { driver } = await chooseSnapshotter(${JSON.stringify(dir)}, { treePath: () => '/nowhere', opaquePaths: () => Promise.resolve([]) });
    console.log(driver);`;
  const { stdout } = await run('unshare', [
    '--mount',
    'sh',
    '-c',
    `${command} && exec "$0" --input-type=module -e "$1"`,
    process.execPath,
    script,
  ]);
  return stdout.trim();
}

describeWith(['root', 'overlay'], 'the choice of a snapshotter', () => {
  test('is overlay where the kernel can, with nothing left of the trial', async () => {
    await using dir = await temporaryDirectory('choice');
    expect((await chooseSnapshotter(dir.path, layers)).driver).toBe('overlay');
    expect(await readdir(dir.path)).toEqual([]);
  });

  test('is whole copies where the kernel knows no overlay', async () => {
    await using dir = await temporaryDirectory('choice');
    const file = join(dir.path, 'filesystems');
    await writeFile(file, 'nodev\tproc\n\text4\n');
    const snapshots = join(dir.path, 'snapshots');
    await mkdir(snapshots);
    expect(await choiceAfter(`mount --bind ${file} /proc/filesystems`, snapshots)).toBe('copy');
    expect(await readdir(snapshots)).toEqual([]);
  });

  test('is whole copies where the file system can’t be an upper one', async () => {
    await using dir = await temporaryDirectory('choice');
    const overlay = `cd ${dir.path} && mkdir lower upper work both && mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work overlay both`;
    // An overlay over an overlay has no upper directory (overlayfs.rst).
    expect(await choiceAfter(overlay, join(dir.path, 'both'))).toBe('copy');
  });

  test('first sweeps what a killed engine left', async () => {
    await using dir = await temporaryDirectory('choice');
    await mkdir(join(dir.path, 'x.partial/upper'), { recursive: true });
    await mkdir(join(dir.path, 'trial.partial/root'), { recursive: true });
    await mkdir(join(dir.path, 'whole'));
    await chooseSnapshotter(dir.path, layers);
    expect(await readdir(dir.path)).toEqual(['whole']);
  });
});
