import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { treeRow, type EntryChange } from '#engine/contract/layer.ts';

import { answerTask } from './answer-task.ts';
import type { ComparedTrees } from './inspect-task.ts';
import { IndexFiles, treeDir, treeFile, whiteout } from './testing/inspect-fixtures.ts';

let indexes: IndexFiles;
beforeAll(async () => {
  indexes = await IndexFiles.open();
});
afterAll(() => indexes[Symbol.asyncDispose]());

async function compare(before: readonly string[], now: readonly string[]): Promise<ComparedTrees> {
  const [answer] = await Array.fromAsync(answerTask({ kind: 'compare', wanted: { before, now } }));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what this question's answer is
  return answer?.value as ComparedTrees;
}

/** Path by path what happened, and the layer of the side that a row is shown of. */
async function changesBetween(before: readonly string[], now: readonly string[]): Promise<Record<string, unknown>> {
  const request = { path: '/', changes: ['added', 'changed', 'metadata', 'removed'] satisfies EntryChange[] };
  const parts = await Array.fromAsync(answerTask({ kind: 'walk', wanted: { before, now, request } }));
  const rows = parts.flatMap(({ value }) => z.array(treeRow).parse(value));
  return Object.fromEntries(rows.map(({ path, change, layer }) => [path, [change, layer]]));
}

const base = treeDir('', treeDir('etc', treeFile('passwd'), treeFile('motd', 'one')), treeDir('old', treeFile('gone')));

test('a stack is compared as it is seen, whatever layers it is of', async () => {
  const before = await indexes.stack(base, treeDir('', treeDir('etc', treeFile('motd', 'two'))));
  const flat = await indexes.stack(
    treeDir('', treeDir('etc', treeFile('passwd'), treeFile('motd', 'two')), treeDir('old', treeFile('gone'))),
  );
  expect(await changesBetween(before, flat)).toEqual({});
  expect((await compare(before, flat)).tree).toMatchObject({ added: 0, changed: 0, metadata: 0, removed: 0 });
});

test('what only one has came or went, with the layer that has it', async () => {
  const before = await indexes.stack(base);
  const now = await indexes.stack(
    base,
    treeDir('', whiteout('old'), treeDir('etc', treeFile('motd', 'two'), { ...treeFile('passwd'), mode: 0o600 })),
    treeDir('', treeDir('opt', treeFile('tool', 'gone'))),
  );
  expect(await changesBetween(before, now)).toEqual({
    '/etc/motd': ['changed', 1],
    '/etc/passwd': ['metadata', 1],
    '/old': ['removed', 0],
    '/old/gone': ['removed', 0],
    '/opt': ['added', 2],
    '/opt/tool': ['added', 2],
  });
  const { content, tree } = await compare(before, now);
  expect(tree).toMatchObject({ added: 2, changed: 1, metadata: 1, removed: 2 });
  // A file that moved is the same content.
  expect(content.moved).toEqual([{ from: '/old/gone', to: '/opt/tool', size: 4 }]);
  expect(content).toMatchObject({ sharedBytes: 6 + 4, beforeBytes: 3, nowBytes: 3 });
});

test('the way back is the opposite, and whiteouts of one side mean nothing to the other', async () => {
  const before = await indexes.stack(treeDir('', whiteout('etc'), treeFile('a')));
  const now = await indexes.stack(base);
  expect(await changesBetween(before, now)).toMatchObject({ '/a': ['removed', 0], '/etc': ['added', 0] });
  expect(await changesBetween(now, before)).toMatchObject({ '/a': ['added', 0], '/etc': ['removed', 0] });
});

test('a layer that goes meanwhile is told of', async () => {
  const wanted = { before: await indexes.stack(base), now: [`${indexes.path}/none`] };
  await expect(Array.fromAsync(answerTask({ kind: 'compare', wanted }))).rejects.toMatchObject({
    code: 'not-found',
    message: 'A layer of what is looked at has been removed meanwhile; look again.',
  });
});
