import { rm } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';

import { openDataRoot } from './data-root.ts';

const isRoot = process.getuid?.() === 0;
const path = `/usr/estrato-${process.pid}`;

afterEach(async () => {
  if (isRoot) process.seteuid?.(0);
  if (isRoot) await rm(path, { recursive: true, force: true });
});

test('a directory of somebody else is refused in words', async () => {
  if (isRoot) process.seteuid?.(65_534);
  await expect(openDataRoot(path)).rejects.toMatchObject({ code: 'forbidden' });
});
