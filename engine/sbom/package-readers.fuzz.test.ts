import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { fuzzRounds, fuzzSeed, SeededRandom } from '#engine/testing/seeded-random.ts';

import { apkPackages } from './apk-packages.ts';
import { dpkgPackages } from './dpkg-packages.ts';
import type { FoundPackage } from './found-package.ts';
import { npmPackage } from './npm-package.ts';
import { readOsRelease } from './os-release.ts';
import { packageUrl } from './package-url.ts';
import { pythonPackage } from './python-package.ts';
import { rpmPackage } from './rpm-header.ts';
import { rpmPackages } from './rpm-packages.ts';
import { spdxDocument } from './spdx-document.ts';

const dir = mkdtempSync(join(tmpdir(), 'sbom-fuzz-'));
afterAll(() => rmSync(dir, { recursive: true }));

const header = Buffer.from(
  '000000020000000c000003e8000000060000000000000001000003e900000006000000060000000168656c6c6f00312e322e3300',
  'hex',
);

const one = (found: FoundPackage | undefined): readonly FoundPackage[] => (found === undefined ? [] : [found]);

const readers: readonly [string, Buffer, (bytes: Buffer) => readonly FoundPackage[]][] = [
  [
    'status of dpkg',
    Buffer.from(
      'Package: a\nStatus: install ok installed\nVersion: 1\nSource: b (2)\nDescription: x\n y\n\nPackage: c\nVersion: 2\n',
    ),
    (bytes) => [...dpkgPackages(bytes.toString())],
  ],
  [
    'database of apk',
    Buffer.from('P:a\nV:1-r0\nA:x86_64\nL:MIT\no:b\nF:lib\nR:x\n\nP:c\nV:2\n'),
    (bytes) => [...apkPackages(bytes.toString())],
  ],
  [
    'package.json',
    Buffer.from('{"name":"@a/b","version":"1.0.0","license":{"type":"MIT"}}'),
    (bytes) => one(npmPackage(bytes.toString())),
  ],
  [
    'metadata of Python',
    Buffer.from('Name: A.b\nVersion: 1\nLicense: MIT\n\nbody\n'),
    (bytes) => one(pythonPackage(bytes.toString())),
  ],
  ['header of rpm', header, (bytes) => one(rpmPackage(bytes))],
];

test.each(readers)('a spoilt %s lists packages that can be written down, or none', (_, good, read) => {
  expect(read(good).length).toBeGreaterThan(0);
  const random = new SeededRandom(fuzzSeed());
  for (let round = fuzzRounds(2000); round > 0; round -= 1) {
    for (const found of read(random.spoil(good))) {
      expect(found.name).not.toBe('');
      expect(found.name.length + found.version.length).toBeLessThanOrEqual(2000);
      expect(packageUrl(found, undefined)).toMatch(/^pkg:/);
    }
  }
});

test('a spoilt os-release names a distribution by a word, or none', () => {
  const random = new SeededRandom(fuzzSeed());
  const good = Buffer.from('PRETTY_NAME="Debian 12"\nID=debian\nVERSION_ID=\'12\'\n');
  for (let round = fuzzRounds(2000); round > 0; round -= 1)
    expect(readOsRelease(random.spoil(good).toString())?.id ?? 'none').toMatch(/^[a-z0-9._-]+$/);
});

test('a spoilt database of rpm lists packages or is refused by SQLite, and a view is never read', () => {
  const path = join(dir, 'rpmdb.sqlite');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL)');
  database.prepare('INSERT INTO Packages (blob) VALUES (?)').run(header);
  database.close();
  expect([...rpmPackages(path)]).toEqual([{ kind: 'rpm', name: 'hello', version: '1.2.3' }]);
  const good = readFileSync(path);
  const random = new SeededRandom(fuzzSeed());
  for (let round = fuzzRounds(100); round > 0; round -= 1) {
    writeFileSync(path, random.spoil(good));
    try {
      for (const { name } of rpmPackages(path)) expect(name).not.toBe('');
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
  }
  const endless = join(dir, 'endless.sqlite');
  const views = new DatabaseSync(endless);
  views.exec(
    "CREATE VIEW Packages AS WITH RECURSIVE n(blob) AS (SELECT x'00' UNION ALL SELECT blob FROM n) SELECT blob FROM n",
  );
  views.close();
  expect(() => [...rpmPackages(endless)]).toThrow('no table of packages');
});

test('names of any letters make a document', () => {
  const found = npmPackage('{"name":"\\ud83d \\udfff\\"","version":"\\u0000","license":"\\ud800"}');
  const packages = one(found).map((each) => ({ ...each, path: '/x', layer: 0 }));
  const document = spdxDocument({ image: 'x', digest: 'ab', created: '', version: '1', packages, unread: [] });
  expect(JSON.stringify(document)).toContain('pkg:npm/%EF%BF%BD%20%EF%BF%BD%22@%00');
});
