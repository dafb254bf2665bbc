import { setImmediate } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { encodeEntryIndex, type IndexEntry } from './encode-entry-index.ts';
import { EntryIndex } from './entry-index.ts';
import { prepareRange, rangeOf } from './recent-stacks.ts';
import { StackRange } from './stack-range.ts';
import { StackTree } from './stack-tree.ts';
import { digestOf } from './testing/layer-fixtures.ts';

const attributes = { mode: 0o644, uid: 0, gid: 0, size: 1, mtime: 0 };
const FILES = 60_000;

/** One directory with many files. */
function layer(name: string): EntryIndex {
  const diffId = digestOf(Buffer.from(name));
  const children = Array.from({ length: FILES }, (_, at): IndexEntry => ({
    ...attributes,
    name: `${at}`,
    type: 'file',
  }));
  const root: IndexEntry = { ...attributes, name: '', type: 'directory', children };
  const record = { diffId, mediaType: '', blobDigest: diffId, compressedSize: 1, size: FILES, entryCount: FILES };
  return EntryIndex.of(encodeEntryIndex(record, root));
}

test('while a big stack is laid out the engine answers others, and it is laid out once', async () => {
  const indexes = [layer('one'), layer('two')];
  let turns = 0;
  let isOver = false;
  const others = (async () => {
    for (; !isOver; turns += 1) await setImmediate();
  })();
  await Promise.all([prepareRange(indexes, 1, 1), prepareRange(indexes, 1, 1)]);
  const meanwhile = turns;
  isOver = true;
  await others;
  expect(meanwhile).toBeGreaterThan(0);
  const range = rangeOf(indexes, 1, 1);
  expect(rangeOf(indexes, 1, 1)).toBe(range);
  expect(range.summary).toEqual(StackRange.of(StackTree.of(indexes), 1, 1).summary);
  expect(range.tree.count).toBe(FILES + 1);
});
