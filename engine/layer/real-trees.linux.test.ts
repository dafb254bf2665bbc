import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { FileBlobStore } from '#engine/content/file-blob-store.ts';
import type { Digest } from '#engine/contract/digest.ts';
import { OCI_LAYER } from '#engine/oci/media-types.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { onDisk, temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { FileLayerStore } from './file-layer-store.ts';
import { digestOf, launcherPath, tarOf, TIME } from './testing/layer-fixtures.ts';
import { runInLayers, tell } from './testing/layer-view.ts';

const run = promisify(execFile);

/** Whiteouts as overlayfs has them, of a tree that tar has unpacked; the directories' times are as they were. */
const translateWhiteouts = `
  find . -name '.wh.*' | while read -r path; do
    directory=$(dirname "$path"); name=$(basename "$path"); rm "$path"
    if [ "$name" = .wh..wh..opq ]; then setfattr -n trusted.overlay.opaque -v y "$directory"
    else mknod -m 0 "$directory/\${name#.wh.}" c 0 0; fi
    touch -d @${TIME} "$directory"
  done`;

/**
 * What Debian's packages of Node have on this machine, as far as nobody has taken it away, each with its folder, and what is in
 * a folder right after it: tar gives one that comes later, or not at all, the time of the day.
 */
const listNode = `
  dpkg -L $(dpkg-query -W -f '\${Package}\n' nodejs 'libnode*') | grep '^/[a-z]' |
  while read -r path; do if [ -e "$path" ]; then echo "$path"; echo "\${path%/*}"; fi; done |
  grep . | tr / '\\001' | LC_ALL=C sort -u | tr '\\001' / > list`;

/*
 * Debian as mmdebstrap makes it, over it Node as Debian's packages have it, and over that a layer that takes away: what is
 * shown of them is what GNU tar unpacks and the kernel lays over one another.
 */
describeWith(['root', 'launcher', 'overlay', 'mmdebstrap', 'getfattr'], 'the layers of a real system', () => {
  const owned = new AsyncDisposableStack();
  let dir = '';
  let tars: readonly string[] = [];
  let expected = '';

  beforeAll(async () => {
    dir = owned.use(await temporaryDirectory('trees', onDisk)).path;
    tars = [join(dir, 'debian.tar'), join(dir, 'node.tar'), join(dir, 'odd.tar')];
    const [debian = '', node = '', odd = ''] = tars;
    const [, suite = ''] = /^VERSION_CODENAME=(\w+)$/m.exec(await readFile('/etc/os-release', 'utf8')) ?? [];
    await run('mmdebstrap', ['--quiet', '--variant=essential', suite, debian]);
    await run('sh', ['-c', listNode], { cwd: dir });
    await run('tar', ['-c', '-f', node, '-C', '/', '--format=posix', '--no-recursion', '-T', join(dir, 'list')]);
    await writeFile(
      odd,
      await tarOf(
        { name: 'usr/', type: 'directory', mode: 0o755 },
        { name: 'usr/share/', type: 'directory', mode: 0o755 },
        { name: 'usr/share/.wh.doc' },
        { name: 'etc/', type: 'directory', mode: 0o711 },
        { name: 'etc/apt/', type: 'directory', mode: 0o755 },
        { name: 'etc/apt/.wh..wh..opq' },
        { name: 'etc/apt/sources.list', body: 'deb\n' },
        { name: 'etc/passwd', type: 'symlink', linkname: 'apt/sources.list' },
      ),
    );
    expected = await asTarAndOverlay();
  }, 400_000);
  afterAll(() => owned.disposeAsync());

  async function asTarAndOverlay(): Promise<string> {
    const places = tars.map((_, at) => join(dir, `unpacked-${at}`));
    for (const [at, tar] of tars.entries()) {
      const place = places[at] ?? '';
      await mkdir(place, { mode: 0o755 });
      const options = ['--numeric-owner', '--xattrs', '--xattrs-include=*', '--same-permissions'];
      await run('tar', ['-x', '-f', tar, '-C', place, ...options]);
      await run('sh', ['-c', translateWhiteouts], { cwd: place });
    }
    const target = join(dir, 'target');
    await mkdir(target);
    const mount = `mount -t overlay overlay -o lowerdir=${places.toReversed().join(':')} ${target}`;
    const script = `${mount} && cd ${target} && { ${tell} }`;
    const options = { maxBuffer: 512 * 1024 * 1024 };
    return (await run('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', script], options)).stdout;
  }

  test.each(['tree', 'tar'] as const)(
    'are shown as tar and overlay show them, kept as a %s',
    async (form) => {
      const blobs = new FileBlobStore(join(dir, form, 'blobs'));
      const layers = new FileLayerStore({ dir: join(dir, form, 'layers'), blobs, launcherPath, form });
      const stack: Digest[] = [];
      for (const path of tars) {
        const bytes = await readFile(path);
        const blob = { mediaType: OCI_LAYER, digest: digestOf(bytes), size: bytes.length };
        await blobs.ingest(blob, createReadStream(path));
        stack.push((await layers.apply(blob.digest, blob)).diffId);
      }
      const shown = lines(await runInLayers(layers, stack, tell));
      expect(shown.length).toBeGreaterThan(3000);
      const wanted = lines(expected);
      const known = new Set(wanted);
      const found = new Set(shown);
      expect(shown.filter((line) => !known.has(line))).toEqual([]);
      expect(wanted.filter((line) => !found.has(line))).toEqual([]);
    },
    200_000,
  );
});

/** Fractions of a second are exact only in the image; the mount's own root is nobody's entry. */
function lines(text: string): readonly string[] {
  return text
    .replaceAll(/(\d{9,})\.\d+( |$)/gm, '$1$2')
    .split('\n')
    .filter((line) => !line.startsWith('. d '));
}
