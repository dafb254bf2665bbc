import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';

import { copySubtree } from './copy-subtree.ts';
import { readAttributes } from './read-attributes.ts';
import { launcherPath, openStores } from './testing/layer-fixtures.ts';

/** As setcap cap_net_raw+ep writes it. */
const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex').toString('latin1');

describeWith(['root', 'launcher'], 'a directory of a stack', () => {
  test('is copied with the capabilities of a program whose first name stands elsewhere', async () => {
    await using stores = await openStores();
    const diffId = await stores.add(
      { name: 'bin', type: 'directory' },
      { name: 'bin/ping', body: 'x', mode: 0o755, pax: { 'SCHILY.xattr.security.capability': capability } },
      { name: 'srv', type: 'directory' },
      { name: 'srv/ping', type: 'link', linkname: 'bin/ping' },
      { name: 'srv/twice', type: 'link', linkname: 'bin/ping' },
    );
    const dir = join(stores.dir, 'copy');
    await mkdir(dir);
    expect(await copySubtree(stores.layers, { diffIds: [diffId], path: '/srv' }, { dir, launcherPath })).toBe(true);
    expect((await lstat(join(dir, 'ping'))).nlink).toBe(2);
    const attributes = await readAttributes(launcherPath, dir, ['twice']);
    expect(attributes.get('twice')?.get('security.capability')?.toString('latin1')).toBe(capability);
  });
});
