import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { writeLayout } from './registry.ts';

const run = promisify(execFile);

/**
 * What is in a layer: packages of Debian's. Small files and big ones, programs, sources, archives of classes: about 1.1 GB
 * in all, and a third of that compressed.
 */
const layers: readonly (readonly string[])[] = [
  ['gcc-12', 'cpp-12', 'g++-12', 'libgcc-12-dev', 'libstdc++-12-dev', 'binutils-x86-64-linux-gnu', 'libc6-dev'],
  ['golang-1.19-src', 'linux-libc-dev'],
  ['libllvm14', 'libclang-cpp14'],
  ['openjdk-17-jre-headless'],
  ['libpython3.11-stdlib', 'libpython3.11-minimal', 'perl-modules-5.36', 'libperl5.36'],
  ['libnode108', 'vim-runtime', 'git', 'libpython3.11', 'libicu72'],
];

/** Changed with what the image is made of. */
const VERSION = 1;

/**
 * An OCI layout of seven layers: a Debian base, then what somebody would install on it. Made once and kept in the
 * machine's temporary directory, since making it takes minutes.
 *
 * @returns its directory.
 */
export async function layeredImage(): Promise<string> {
  const kept = join(tmpdir(), `estrato-bench-image-${VERSION}`);
  if (await isThere(kept)) return kept;
  process.stderr.write('an image of seven layers is made, which takes minutes the first time …\n');
  const work = await mkdtemp(`${kept}.`);
  try {
    const layout = join(work, 'layout');
    const base = join(work, 'base');
    await run('mmdebstrap', ['--variant=minbase', 'bookworm', base], { maxBuffer: 64 * 1024 * 1024 });
    const trees = [base];
    for (const packages of layers) trees.push(await unpackedPackages(packages, join(work, `layer-${trees.length}`)));
    await writeLayout(
      layout,
      work,
      trees.map((tree) => ['-C', tree, '.']),
      6,
    );
    await rename(layout, kept);
    return kept;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function unpackedPackages(packages: readonly string[], tree: string): Promise<string> {
  const downloads = `${tree}-packages`;
  await mkdir(downloads);
  await mkdir(tree);
  await writeFile(join(tree, 'what'), `${packages.join(' ')}\n`);
  await run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', ...packages], { cwd: downloads });
  for (const name of await readdir(downloads)) await run('dpkg-deb', ['-x', join(downloads, name), tree]);
  return tree;
}
