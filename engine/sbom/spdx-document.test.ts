import { expect, test } from 'vitest';
import { z } from 'zod';

import type { InstalledPackage } from '#engine/contract/package.ts';

import { packageUrl } from './package-url.ts';
import { spdxDocument } from './spdx-document.ts';

const debian = { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' };

test.each([
  [
    { kind: 'deb', name: 'libstdc++6', version: '12.2.0-14+deb12u1', architecture: 'amd64' },
    'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12',
  ],
  [{ kind: 'deb', name: 'held', version: '1:2.0-1' }, 'pkg:deb/debian/held@1:2.0-1?distro=debian-12'],
  [
    { kind: 'rpm', name: 'bash', version: '2:5.1-3', architecture: 'x86_64' },
    'pkg:rpm/debian/bash@5.1-3?arch=x86_64&distro=debian-12&epoch=2',
  ],
  [{ kind: 'npm', name: '@scope/tool', version: '1.0.0' }, 'pkg:npm/%40scope/tool@1.0.0'],
  [{ kind: 'pypi', name: 'six', version: '1.16.0' }, 'pkg:pypi/six@1.16.0'],
] as const)('%j is called %s', (found, url) => {
  expect(packageUrl(found, debian)).toBe(url);
});

test('a distribution that nobody knows is left out', () => {
  expect(packageUrl({ kind: 'apk', name: 'musl', version: '1' }, undefined)).toBe('pkg:apk/musl@1');
});

const shape = z.object({
  creationInfo: z.unknown(),
  comment: z.string(),
  packages: z.array(z.looseObject({ SPDXID: z.string() })),
  relationships: z.unknown(),
});

const six: InstalledPackage = { kind: 'pypi', name: 'six', version: '1.16.0', path: '/a/METADATA', layer: 1 };

test('each package is in the document once for each place, and the image contains all of them', () => {
  const contents = {
    image: 'app:1',
    digest: 'ab'.repeat(32),
    created: '2026-01-02T03:04:05.678Z',
    version: '1.0.0',
    packages: [six, { ...six, path: '/b/METADATA', license: 'MIT' }],
    unread: [{ path: '/var/lib/rpm/Packages', reason: 'unknown-form' as const }],
    distribution: debian,
  };
  const document = JSON.stringify(spdxDocument(contents));
  expect(document).toBe(JSON.stringify(spdxDocument(contents)));
  const { packages, relationships, creationInfo, comment } = shape.parse(JSON.parse(document));
  expect(creationInfo).toEqual({ created: '2026-01-02T03:04:05Z', creators: ['Tool: estrato-1.0.0'] });
  expect(comment).toBe(
    'Distribution: Debian GNU/Linux 12 (bookworm).\nNot read: /var/lib/rpm/Packages (unknown-form).',
  );
  const ids = packages.map(({ SPDXID }) => SPDXID);
  expect(new Set(ids).size).toBe(3);
  for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
  expect(packages[2]).toMatchObject({
    name: 'six',
    versionInfo: '1.16.0',
    licenseDeclared: 'NOASSERTION',
    licenseComments: 'The package says: MIT',
    sourceInfo: 'installed as /b/METADATA of layer 2 says',
  });
  expect(relationships).toEqual([
    { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-Image' },
    ...ids
      .slice(1)
      .map((id) => ({ spdxElementId: 'SPDXRef-Image', relationshipType: 'CONTAINS', relatedSpdxElement: id })),
  ]);
});
