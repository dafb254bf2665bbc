import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { packagePage } from '#engine/contract/package.ts';
import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);
const IMAGE = 'contents:1.0';

const spdx = z.object({ spdxVersion: z.string(), packages: z.array(z.unknown()) });

const SPEC = `
Name: hello
Version: 1.2
Release: 3
Epoch: 2
Summary: greets
License: MIT
BuildArch: noarch
%description
greets
%files
`;

/** What rpm itself writes down of a package that rpmbuild made. */
async function rpmDatabase(): Promise<Buffer> {
  await using dir = await temporaryDirectory('rpm');
  const top = join(dir.path, 'top');
  await mkdir(top);
  await writeFile(join(dir.path, 'hello.spec'), SPEC);
  await run('rpmbuild', ['-bb', '--define', `_topdir ${top}`, join(dir.path, 'hello.spec')]);
  const made = join(top, 'RPMS/noarch');
  const [name = ''] = await readdir(made);
  const database = join(dir.path, 'db');
  await run('rpm', ['--dbpath', database, '-i', '--justdb', '--nodeps', join(made, name)]);
  return await readFile(join(database, 'rpmdb.sqlite'));
}

const dpkg = (...names: readonly string[]): string =>
  names
    .map((name) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\n\n`)
    .join('');

describeWith(['root', 'launcher', 'rpm'], 'what an image says is installed', () => {
  let engine: TestEngine;
  let estrato: EstratoCli;
  beforeAll(async () => {
    engine = await startTestEngine();
    estrato = new EstratoCli(engine);
    const layers = [
      [
        { name: 'etc/os-release', type: 'symlink' as const, linkname: '../usr/lib/os-release' },
        { name: 'usr/lib/os-release', body: 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian 12"\n' },
        { name: 'var/lib/dpkg/status', body: dpkg('base-files', 'gone') },
        {
          name: 'app/node_modules/left-pad/package.json',
          body: '{"name":"left-pad","version":"1.3.0","license":"WTFPL"}',
        },
        { name: 'app/node_modules/removed/package.json', body: '{"name":"removed","version":"1.0.0"}' },
        { name: 'lib/apk/db/installed', body: 'P:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\n\n' },
      ],
      [
        { name: 'var/lib/dpkg/status', body: dpkg('base-files', 'bash') },
        { name: 'app/node_modules/.wh.removed' },
        { name: 'usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA', body: 'Name: six\nVersion: 1.16.0\n' },
        { name: 'usr/lib/sysimage/rpm/rpmdb.sqlite', body: await rpmDatabase() },
        { name: 'var/lib/rpm/rpmdb.sqlite', body: 'no database at all' },
        { name: 'var/lib/rpm/Packages', body: 'an older form' },
      ],
    ];
    const image = await makeImage(layers, { format: 'docker', compression: 'none', config: {} });
    await engine.load(await dockerArchive({ image, names: [IMAGE] }));
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  test('is what its topmost files list, whatever package manager wrote them', async () => {
    const { packages, unread, distribution } = packagePage.parse(
      JSON.parse(await estrato.text('image', 'sbom', IMAGE, '--format', 'json')),
    );
    expect(packages.map(({ kind, name, version, layer }) => `${kind} ${name} ${version} ${layer}`).toSorted()).toEqual([
      'apk musl 1.2.4-r2 0',
      'deb base-files 1.0-1 1',
      'deb bash 1.0-1 1',
      'npm left-pad 1.3.0 0',
      'pypi six 1.16.0 1',
      'rpm hello 2:1.2-3 1',
    ]);
    expect(distribution).toEqual({ id: 'debian', version: '12', name: 'Debian 12' });
    expect(unread).toEqual([
      { path: '/var/lib/rpm/Packages', reason: 'unknown-form' },
      { path: '/var/lib/rpm/rpmdb.sqlite', reason: 'damaged' },
    ]);
  });

  test('is shown as a table, and what could not be read is said', async () => {
    const table = await estrato.text('image', 'sbom', IMAGE);
    expect(table).toMatch(/^Built from Debian 12\.$/m);
    expect(table).toMatch(/^npm +left-pad +1\.3\.0 +- +WTFPL +1 +\/app\/node_modules\/left-pad\/package\.json$/m);
    expect(table).toMatch(/^Not read: \/var\/lib\/rpm\/Packages: its form is not known here\.$/m);
  });

  test('is an SPDX document, always the same for the same image', async () => {
    const first = await estrato.text('image', 'sbom', IMAGE, '--format', 'spdx-json');
    const { spdxVersion, packages } = spdx.parse(JSON.parse(first));
    expect(spdxVersion).toBe('SPDX-2.3');
    expect(packages).toHaveLength(7);
    expect(first).toContain('pkg:rpm/debian/hello@1.2-3?arch=noarch&distro=debian-12&epoch=2');
    expect(await estrato.text('image', 'sbom', IMAGE, '--format', 'spdx-json')).toBe(first);
  });

  test('leaves nothing of what was copied out behind', async () => {
    await estrato.text('image', 'sbom', IMAGE);
    const left = await readdir(engine.dataRoot, { recursive: true });
    expect(left.filter((path) => path.includes('rpm-'))).toEqual([]);
  });
});
