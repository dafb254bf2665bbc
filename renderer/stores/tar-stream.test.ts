import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

import { extract } from 'tar-stream';
import { expect, test } from 'vitest';

import { tarOf } from './tar-stream.ts';

test('a folder is a tar with names of any length and language', async () => {
  const long = `${'ñandú/'.repeat(60)}a`;
  const files = new Map([
    ['Dockerfile', new File(['FROM scratch\n'], 'Dockerfile', { lastModified: 1_700_000_000_500 })],
    ['src/empty', new File([], 'empty')],
    [long, new File(['x'.repeat(1025)], 'a')],
    [`${'b'.repeat(96)}/é`, new File(['y'.repeat(512)], 'é')],
  ]);
  const reading = Readable.from(tarOf({ name: 'app', files })).pipe(extract());
  const found: unknown[] = [];
  for await (const entry of reading)
    found.push([entry.header.name, entry.header.mode, (await buffer(entry)).toString().length]);
  expect(found).toEqual([
    ['Dockerfile', 0o755, 13],
    ['src/empty', 0o755, 0],
    [long, 0o755, 1025],
    [`${'b'.repeat(96)}/é`, 0o755, 512],
  ]);
});
