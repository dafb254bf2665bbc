import { expect, test } from 'vitest';

import { OCI_INDEX, OCI_MANIFEST } from '#engine/oci/media-types.ts';
import { digestOf } from '#engine/testing/tar-fixture.ts';

import { repositoryAt } from './testing/asking.ts';
import { oddRegistry } from './testing/odd-registry.ts';

const subject = digestOf('an image');
const one = {
  mediaType: OCI_MANIFEST,
  digest: digestOf('a signature'),
  size: 7,
  artifactType: 'application/spdx+json',
};
const other = { mediaType: OCI_MANIFEST, digest: digestOf('another'), size: 8 };
const index = (...manifests: readonly object[]): string =>
  JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });

test("a registry's own list is read, all pages of it", async () => {
  await using registry = await oddRegistry(({ searchParams, pathname }, response) => {
    const isLast = searchParams.has('last');
    const link = isLast ? {} : { link: `<${pathname}?last=x>; rel="next"` };
    response.writeHead(200, { 'content-type': OCI_INDEX, ...link }).end(index(isLast ? other : one));
  });
  expect(await repositoryAt(registry.host, 'team/app').referrers(subject)).toEqual([one, other]);
  expect(registry.asked).toEqual([`/v2/team/app/referrers/${subject}`, `/v2/team/app/referrers/${subject}?last=x`]);
});

test.each([
  ['knows no such list', 404, 'application/json'],
  ['takes it for a bad question', 400, 'application/json'],
  ['answers with its web site', 200, 'text/html'],
])('of one that %s the index is read that clients keep', async (_, status, type) => {
  await using registry = await oddRegistry(({ pathname }, response) => {
    if (!pathname.includes('/manifests/')) return void response.writeHead(status, { 'content-type': type }).end('<>');
    response.writeHead(200, { 'content-type': OCI_INDEX }).end(index(one));
  });
  expect(await repositoryAt(registry.host, 'team/app').referrers(subject)).toEqual([one]);
  expect(registry.asked.at(-1)).toBe(`/v2/team/app/manifests/${subject.replace(':', '-')}`);
});

test('where nobody keeps any, there are none', async () => {
  await using registry = await oddRegistry((_url, response) => void response.writeHead(404).end());
  expect(await repositoryAt(registry.host, 'team/app').referrers(subject)).toEqual([]);
});

test.each([
  ['is no index', 'corrupt', '{"manifests":[{"digest":7}]}'],
  ['has no end', 'too-large', ' '.repeat(5 * 1024 * 1024)],
])('a list that %s is refused', async (_, code, body) => {
  await using registry = await oddRegistry((_url, response) => {
    response.writeHead(200, { 'content-type': OCI_INDEX }).end(body);
  });
  await expect(repositoryAt(registry.host, 'team/app').referrers(subject)).rejects.toMatchObject({ code });
});
