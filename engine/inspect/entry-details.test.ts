import { expect, test } from 'vitest';

import type { Digest } from '#engine/contract/digest.ts';
import { digestOf, openStores, TIME, type Stores } from '#engine/layer/testing/layer-fixtures.ts';

import { entryDetailsOf } from './entry-details.ts';

async function stack(stores: Stores): Promise<readonly Digest[]> {
  return [
    await stores.add(
      { name: 'etc', type: 'directory', mode: 0o755 },
      { name: 'etc/motd', body: 'first\n' },
      { name: 'etc/icon', body: 'GIF89a\u0003\0\u0002\0' },
      { name: 'link', type: 'symlink', linkname: '/etc/motd' },
      { name: 'nowhere', type: 'symlink', linkname: '../../../proc/version' },
    ),
    await stores.add({
      name: 'etc/motd',
      body: 'second one\n',
      mode: 0o600,
      pax: { 'SCHILY.xattr.user.note': 'kept' },
    }),
  ];
}

test('a path is told as the stack has it, with what the bytes are', async () => {
  await using stores = await openStores();
  const diffIds = await stack(stores);
  expect(await entryDetailsOf(stores.layers, diffIds, '/etc/motd')).toMatchObject({
    path: '/etc/motd',
    type: 'file',
    mode: 0o600,
    size: 11,
    mtime: TIME,
    layer: 1,
    contentDigest: digestOf(Buffer.from('second one\n')),
    xattrs: { 'user.note': Buffer.from('kept').toString('base64') },
  });
  expect(await entryDetailsOf(stores.layers, diffIds.slice(0, 1), '/etc/motd')).toMatchObject({ size: 6, layer: 0 });
  const { format } = await entryDetailsOf(stores.layers, diffIds, '/etc/icon');
  expect(format).toEqual({ kind: 'picture', mediaType: 'image/gif', width: 3, height: 2 });
});

test('a link is told with where it leads inside the image, and nowhere else', async () => {
  await using stores = await openStores();
  const diffIds = await stack(stores);
  const link = await entryDetailsOf(stores.layers, diffIds, '/link');
  expect(link).toMatchObject({
    type: 'symlink',
    linkTarget: '/etc/motd',
    leadsTo: { path: '/etc/motd', type: 'file' },
  });
  const lost = await entryDetailsOf(stores.layers, diffIds, '/nowhere');
  expect(lost).toMatchObject({ linkTarget: '../../../proc/version' });
  expect(lost).not.toHaveProperty('leadsTo');
  await expect(entryDetailsOf(stores.layers, diffIds, '/none')).rejects.toMatchObject({ code: 'not-found' });
});
