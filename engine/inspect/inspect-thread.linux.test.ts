import { setImmediate as turn } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { InspectThread } from './inspect-thread.ts';
import { IndexFiles, treeDir, treeFile } from './testing/inspect-fixtures.ts';

const FILES = 20_000;
const never = new AbortController().signal;
const request = { path: '/' };

test('rows come in parts, all of them, however slowly they are taken', async () => {
  await using indexes = await IndexFiles.open();
  await using thread = new InspectThread();
  const names = Array.from({ length: FILES }, (_, index) => treeFile(`file-${index}`));
  const wanted = { before: await indexes.stack(treeDir('')), now: await indexes.stack(treeDir('', ...names)), request };
  const paths = new Set<string>();
  let parts = 0;
  for await (const rows of thread.stream('walk', wanted, never)) {
    for (const { path, change } of rows) if (change === 'added') paths.add(path);
    parts += 1;
    await turn();
  }
  expect(paths.size).toBe(FILES);
  expect(parts).toBeGreaterThan(FILES / 1000);
});

test('who leaves amid it lets others go on, and who is cancelled is told', async () => {
  await using indexes = await IndexFiles.open();
  await using thread = new InspectThread();
  const names = Array.from({ length: FILES }, (_, index) => treeFile(`file-${index}`));
  const wanted = { before: await indexes.stack(treeDir('')), now: await indexes.stack(treeDir('', ...names)), request };
  for await (const rows of thread.stream('walk', wanted, never)) {
    expect(rows.length).toBeGreaterThan(0);
    break;
  }
  const { tree } = await thread.ask('compare', wanted, never);
  expect(tree.added).toBe(FILES);
  const left = new AbortController();
  const leaving = thread.ask('compare', wanted, left.signal);
  left.abort();
  await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
  // A failure in the thread keeps its code.
  const lost = { ...wanted, now: [`${indexes.path}/none`] };
  await expect(thread.ask('compare', lost, never)).rejects.toMatchObject({ code: 'not-found' });
});
