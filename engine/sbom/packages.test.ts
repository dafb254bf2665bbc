import { expect, test } from 'vitest';

import { apkPackages } from './apk-packages.ts';
import { dpkgPackages } from './dpkg-packages.ts';
import { npmPackage } from './npm-package.ts';
import { readOsRelease } from './os-release.ts';
import { databaseAt, mayBeDatabase } from './package-database.ts';
import { pythonPackage } from './python-package.ts';
import { rpmPackage } from './rpm-header.ts';

test('of a status file of dpkg those count that are installed', () => {
  const status = [
    'Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nSource: glibc (2.36-9)\nVersion: 2.36-9+deb12u14\nDescription: a\n long one\n .\n Version: 9',
    'Package: gone\nStatus: deinstall ok config-files\nVersion: 1',
    'Package: half\nStatus: install reinstreq half-installed\nVersion: 1',
    'Package: held\nStatus: hold ok installed\nVersion: 1:2.0-1\nSource: held',
    'Package: nameless version\nStatus: install ok installed',
  ].join('\n\n');
  expect([...dpkgPackages(`${status}\n`)]).toEqual([
    { kind: 'deb', name: 'libc6', version: '2.36-9+deb12u14', architecture: 'amd64', source: 'glibc' },
    { kind: 'deb', name: 'held', version: '1:2.0-1' },
  ]);
});

test('a package of distroless images has no status', () => {
  expect([...dpkgPackages('Package: base-files\nVersion: 12.4\nArchitecture: amd64\n')]).toMatchObject([
    { name: 'base-files', version: '12.4' },
  ]);
});

test("Alpine's database has a letter a line, and the letters of files are not the package's", () => {
  const installed = [
    'C:Q1abc=\nP:musl\nV:1.2.4-r2\nA:x86_64\nL:MIT\no:musl\nF:lib\nR:ld-musl-x86_64.so.1\na:0:0:755',
    'P:busybox-binsh\nV:1.36.1-r5\nA:x86_64\nL:GPL-2.0-only\no:busybox\nF:bin\nV:9',
  ].join('\n\n');
  expect([...apkPackages(`${installed}\n\n`)]).toEqual([
    { kind: 'apk', name: 'musl', version: '1.2.4-r2', architecture: 'x86_64', license: 'MIT' },
    {
      kind: 'apk',
      name: 'busybox-binsh',
      version: '1.36.1-r5',
      architecture: 'x86_64',
      license: 'GPL-2.0-only',
      source: 'busybox',
    },
  ]);
});

test.each([
  [
    '{"name":"@scope/tool","version":"1.0.0","license":"MIT"}',
    { name: '@scope/tool', version: '1.0.0', license: 'MIT' },
  ],
  [
    '\uFEFF{"name":"old","version":"0.1.0","license":{"type":"BSD"}}',
    { name: 'old', version: '0.1.0', license: 'BSD' },
  ],
  ['{"name":"odd","version":"1","license":["MIT"]}', { name: 'odd', version: '1' }],
])('%s is a package of npm', (text, wanted) => {
  expect(npmPackage(text)).toEqual({ kind: 'npm', ...wanted });
});

test.each([
  '',
  '[]',
  '{"name":"app"}',
  '{"name":"","version":"1"}',
  '{"name":7,"version":"1"}',
  '{"name":"x","version":"1"',
])('%j is none', (text) => expect(npmPackage(text)).toBeUndefined());

test('a package of Python is called as the index calls it, and a whole licence is no name of one', () => {
  const metadata =
    'Metadata-Version: 2.1\nName: Zope.Interface_x\nVersion: 6.1\nLicense: Long text\n of many lines\n\nName: body\n';
  expect(pythonPackage(metadata)).toEqual({ kind: 'pypi', name: 'zope-interface-x', version: '6.1' });
  expect(pythonPackage('Name: a\nVersion: 1\nLicense: UNKNOWN\nLicense-Expression: MIT OR Apache-2.0\n')).toEqual({
    kind: 'pypi',
    name: 'a',
    version: '1',
    license: 'MIT OR Apache-2.0',
  });
});

test('a header of rpm that is cut, lies about its length or holds a key lists nothing', () => {
  const header = Buffer.from(
    [
      '0000000300000012',
      entry(1000, 6, 0),
      entry(1001, 6, 6),
      entry(1002, 6, 10),
      hex('hello\0'),
      hex('1.2\0'),
      hex('3\0junk'),
    ].join(''),
    'hex',
  );
  expect(rpmPackage(header)).toEqual({ kind: 'rpm', name: 'hello', version: '1.2-3' });
  for (let length = 0; length < header.length - 5; length += 1) {
    expect([undefined, 'hello']).toContain(rpmPackage(header.subarray(0, length))?.name);
  }
  const many = Buffer.from(header);
  many.writeUInt32BE(0xffffffff, 0);
  expect(rpmPackage(many)).toBeUndefined();
  expect(rpmPackage(Buffer.concat([header.subarray(0, 56), Buffer.from('gpg-pubkey\0')]))).toBeUndefined();
});

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

function entry(tag: number, type: number, offset: number): string {
  const bytes = Buffer.alloc(16);
  for (const [at, value] of [tag, type, offset, 1].entries()) bytes.writeUInt32BE(value, at * 4);
  return bytes.toString('hex');
}

test('os-release is read with and without quotes, and what names nothing is none', () => {
  const text = '# a comment\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID=\'12\'\n';
  expect(readOsRelease(text)).toEqual({ id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' });
  expect(readOsRelease('ID=arch\n')).toEqual({ id: 'arch' });
  expect(readOsRelease('NAME=x\n')).toBeUndefined();
  expect(readOsRelease('ID="../x"\n')).toBeUndefined();
});

test.each([
  ['/var/lib/dpkg/status', 'dpkg'],
  ['/var/lib/dpkg/status.d/base', 'dpkg'],
  ['/var/lib/dpkg/status.d/base.md5sums', undefined],
  ['/srv/var/lib/dpkg/status', undefined],
  ['/lib/apk/db/installed', 'apk'],
  ['/usr/lib/apk/db/installed', 'apk'],
  ['/usr/lib/sysimage/rpm/rpmdb.sqlite', 'rpm-sqlite'],
  ['/var/lib/rpm/Packages', 'rpm-other'],
  ['/app/node_modules/left-pad/package.json', 'npm'],
  ['/app/node_modules/@a/b/package.json', 'npm'],
  ['/app/node_modules/left-pad/test/package.json', undefined],
  ['/app/node_modules/@a/package.json', undefined],
  ['/app/package.json', undefined],
  ['/usr/lib/python3/dist-packages/six-1.16.0.egg-info', 'python'],
  ['/usr/lib/python3.11/site-packages/pip-23.dist-info/METADATA', 'python'],
  ['/x/METADATA', undefined],
  ['/etc/os-release', 'os-release'],
])('%s is read as %s', (path, form) => {
  expect(databaseAt(path)?.form).toBe(form);
  const [name = '', directory = ''] = path.split('/').toReversed();
  if (form !== undefined) expect(mayBeDatabase(name, directory)).toBe(true);
});
