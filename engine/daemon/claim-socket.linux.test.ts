import { mkdir, rm } from 'node:fs/promises';

import { afterEach, expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { claimSocket } from './claim-socket.ts';

const isRoot = process.getuid?.() === 0;

afterEach(() => {
  if (isRoot) process.seteuid?.(0);
});

test('a directory of somebody else is named', async () => {
  await using dir = await temporaryDirectory('socket');
  const theirs = `${dir.path}/theirs`;
  await mkdir(theirs, { mode: 0o500 });
  if (isRoot) process.seteuid?.(65_534);
  await expect(claimSocket(`${theirs}/run/estrato.sock`)).rejects.toMatchObject({ code: 'forbidden' });
  if (isRoot) process.seteuid?.(0);
  await rm(theirs, { recursive: true, force: true });
});
