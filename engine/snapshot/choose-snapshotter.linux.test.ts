import { execFile } from 'node:child_process';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { chooseSnapshotter } from './choose-snapshotter.ts';

const run = promisify(execFile);
const layers = {
  mountable: () => Promise.resolve({ path: '/nowhere' }),
  unpacked: () => Promise.resolve('/nowhere'),
  opaquePaths: () => Promise.resolve([]),
};
const module = fileURLToPath(new URL('choose-snapshotter.ts', import.meta.url));

/** The choice of an engine that sees the machine as the shell command before it has made it. */
async function choiceAfter(command: string, dir: string, known = `${dir}-known`): Promise<string> {
  const script = `
    const { chooseSnapshotter } = await import(${JSON.stringify(module)});
    const { driver } = await chooseSnapshotter(${JSON.stringify(dir)}, {}, ${JSON.stringify(known)});
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
    const snapshots = join(dir.path, 'snapshots');
    await mkdir(snapshots);
    expect((await chooseSnapshotter(snapshots, layers, join(dir.path, 'known'))).driver).toBe('overlay');
    expect(await readdir(snapshots)).toEqual([]);
  });

  test('is tried once for each start of the machine, and what another start has shown counts for nothing', async () => {
    await using dir = await temporaryDirectory('choice');
    const [snapshots, known] = [join(dir.path, 'snapshots'), join(dir.path, 'known')];
    await mkdir(snapshots);
    // A machine without the programs of a trial.
    const untried = `mkdir ${dir.path}/none && export PATH=${dir.path}/none`;
    expect(await choiceAfter(untried, snapshots, known)).toBe('copy');
    expect(await choiceAfter('true', snapshots, known)).toBe('overlay');
    expect(await choiceAfter(untried.replaceAll('/none', '/still'), snapshots, known)).toBe('overlay');
    const remembered = await readFile(known, 'utf8');
    await writeFile(known, remembered.replace(/^\S+/, '00000000-0000-0000-0000-000000000000'));
    expect(await choiceAfter(untried.replaceAll('/none', '/gone'), snapshots, known)).toBe('copy');
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
    await using beside = await temporaryDirectory('choice');
    await chooseSnapshotter(dir.path, layers, join(beside.path, 'known'));
    expect(await readdir(dir.path)).toEqual(['whole']);
  });
});
