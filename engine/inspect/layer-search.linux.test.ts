import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { LayerSearch } from './layer-search.ts';
import { treeDir, treeFile, writeIndex } from './testing/inspect-fixtures.ts';

const tree = treeDir('', treeFile('a'.repeat(60)), treeFile('b'));
const stacks = [[0]];
const never = new AbortController().signal;

test('an expression without end is given up, and the next search has a thread again', async () => {
  await using folder = await temporaryDirectory();
  await using search = new LayerSearch(1000);
  const indexPaths = [await writeIndex(folder.path, 'layer', tree)];
  const ask = (text: string, signal = never) =>
    Array.fromAsync(search.run({ query: { text, kind: 'regex' }, offset: 0, limit: 10, indexPaths, stacks }, signal));
  await expect(ask('(a+)+$x')).rejects.toThrow('This expression takes too long to be looked for; write a simpler one.');
  expect((await ask('b$')).at(-1)).toMatchObject({ matches: 1, isDone: true, entriesSearched: 3 });
});

test('who types on leaves the search behind, and others go on', async () => {
  await using folder = await temporaryDirectory();
  await using search = new LayerSearch();
  const indexPaths = [await writeIndex(folder.path, 'layer', tree)];
  const wanted = { query: { text: 'a', kind: 'text' }, offset: 0, limit: 10, indexPaths, stacks } as const;
  const left = new AbortController();
  const leaving = Array.fromAsync(search.run(wanted, left.signal));
  const staying = Array.fromAsync(search.run(wanted, never));
  left.abort();
  await expect(leaving).rejects.toMatchObject({ code: 'cancelled' });
  expect((await staying).at(-1)).toMatchObject({ matches: 1, isDone: true });
});
