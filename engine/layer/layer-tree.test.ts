import { expect, test } from 'vitest';

import type { TreeRow } from '#engine/contract/layer.ts';

import { summariseRange } from './compare-layers.ts';
import type { EntryIndex } from './entry-index.ts';
import { findEntry } from './find-entry.ts';
import { listDirectory, type DirectoryRequest } from './layer-tree.ts';
import { openStores, TIME, type TarItem } from './testing/layer-fixtures.ts';

async function indexesOf(...layers: readonly (readonly TarItem[])[]): Promise<readonly EntryIndex[]> {
  await using stores = await openStores();
  const indexes: EntryIndex[] = [];
  for (const items of layers) indexes.push(await stores.layers.index(await stores.add(...items)));
  return indexes;
}

type Asked = Partial<DirectoryRequest> & Pick<DirectoryRequest, 'from' | 'to'>;

function rowsOf(indexes: readonly EntryIndex[], asked: Asked): readonly TreeRow[] {
  return listDirectory(indexes, { path: '/', offset: 0, limit: 1000, changedOnly: false, ...asked }).rows;
}

/** `name change`, in the order of the rows. */
function marks(indexes: readonly EntryIndex[], asked: Asked): readonly string[] {
  return rowsOf(indexes, asked).map(({ name, change }) => `${name} ${change}`);
}

const dir = (name: string, more: Partial<TarItem> = {}): TarItem => ({ name, type: 'directory', mode: 0o755, ...more });
const file = (name: string, body = name): TarItem => ({ name, body });

const base = [dir('etc'), file('etc/a', 'one'), file('etc/b', 'two'), file('etc/c', 'three'), file('top')];

test('what a layer adds, changes, touches, takes away and leaves is marked', async () => {
  const indexes = await indexesOf(base, [
    file('etc/a', 'ONE!'),
    { name: 'etc/b', body: 'two', mode: 0o600 },
    { name: 'etc/.wh.c' },
    file('etc/d'),
  ]);
  const asked = { from: 1, to: 1, path: '/etc' };
  expect(marks(indexes, asked)).toEqual(['a changed', 'b metadata', 'c removed', 'd added']);
  const rows = rowsOf(indexes, asked);
  expect(rows.map(({ size, delta, layer }) => [size, delta, layer])).toEqual([
    [4, 1, 1],
    [3, 0, 1],
    [5, -5, 1],
    [5, 5, 1],
  ]);
  const [etc] = rowsOf(indexes, { from: 1, to: 1 });
  expect(etc).toMatchObject({ change: 'unchanged', below: { added: 1, changed: 1, metadata: 1, removed: 1 } });
  expect(etc).toMatchObject({ size: 12, delta: 1, hasChildren: true });
  expect(summariseRange(indexes, 1, 1)).toEqual({
    added: 1,
    changed: 1,
    metadata: 1,
    removed: 1,
    addedBytes: 9,
    hiddenBytes: 8,
  });
});

test('the whole stack is compared with nothing, and the base with nothing too', async () => {
  const indexes = await indexesOf(base, [{ name: 'etc/.wh.c' }]);
  expect(marks(indexes, { from: 0, to: 1, path: '/etc' })).toEqual(['a added', 'b added']);
  expect(marks(indexes, { from: 0, to: 0, path: '/etc' })).toEqual(['a added', 'b added', 'c added']);
});

test('directories stand before files, and only what changed is shown when that is asked for', async () => {
  const indexes = await indexesOf(
    [...base, dir('quiet'), file('quiet/x'), dir('var'), file('var/log')],
    [file('var/log', 'more')],
  );
  expect(marks(indexes, { from: 1, to: 1 })).toEqual([
    'etc unchanged',
    'quiet unchanged',
    'var unchanged',
    'top unchanged',
  ]);
  expect(marks(indexes, { from: 1, to: 1, changedOnly: true })).toEqual(['var unchanged']);
});

test('a directory is handed out page by page', async () => {
  const indexes = await indexesOf(Array.from({ length: 25 }, (_, place) => file(`f${String(place).padStart(2, '0')}`)));
  const request = { from: 0, to: 0, path: '/', limit: 10, changedOnly: false };
  const pages = [0, 10, 20, 30].map((offset) => listDirectory(indexes, { ...request, offset }));
  expect(pages.map(({ rows, total }) => [rows.length, rows[0]?.name, total])).toEqual([
    [10, 'f00', 25],
    [10, 'f10', 25],
    [5, 'f20', 25],
    [0, undefined, 25],
  ]);
});

test('what is sought by the beginning of its name comes with its page, whatever its case, round the end', async () => {
  const names = ['Makefile', 'main.c', 'make.log', 'Ärmel', 'straße', '\u{1F600}face'];
  const indexes = await indexesOf([dir('Dir'), ...names.map((name) => file(name))]);
  const seek = (
    text: string,
    from = 0,
    more: Partial<DirectoryRequest> = {},
  ): readonly [number | undefined, ...string[]] => {
    const sought = { text, from };
    const asked = { from: 0, to: 0, path: '/', offset: 0, limit: 2, changedOnly: false, sought, ...more };
    const { rows, total, found } = listDirectory(indexes, asked);
    expect(total).toBe(7);
    return [found, ...rows.map(({ name }) => name)];
  };
  // Directories first, then by the bytes of the names.
  expect(seek('ma')).toEqual([1, 'Dir', 'Makefile']);
  expect(seek('MA', 2)).toEqual([2, 'main.c', 'make.log']);
  expect(seek('make', 2)).toEqual([3, 'main.c', 'make.log']);
  expect(seek('make', 4)).toEqual([1, 'Dir', 'Makefile']);
  expect(seek('ä')).toEqual([5, 'straße', 'Ärmel']);
  expect(seek('STRAß')).toEqual([4, 'straße', 'Ärmel']);
  expect(seek('\u{1F600}', 99)).toEqual([6, '\u{1F600}face']);
  expect(seek('mak', 2, { sort: 'size' })[0]).toBeTypeOf('number');
  expect(seek('mal')).toEqual([undefined]);
  expect(seek('maker')).toEqual([undefined]);
});

test('of a directory only the kinds that are asked for are listed, and what holds them', async () => {
  const indexes = await indexesOf(base, [
    { name: 'etc/.wh.c' },
    { name: 'etc/b', body: 'two', mode: 0o600 },
    file('z'),
  ]);
  const asked = { from: 1, to: 1 };
  expect(marks(indexes, { ...asked, changes: ['added'] })).toEqual(['z added']);
  expect(marks(indexes, { ...asked, changes: ['removed'] })).toEqual(['etc unchanged']);
  expect(marks(indexes, { ...asked, path: '/etc', changes: ['removed', 'metadata'] })).toEqual([
    'b metadata',
    'c removed',
  ]);
  expect(marks(indexes, { ...asked, path: '/etc', changes: ['unchanged'] })).toEqual(['a unchanged']);
});

test('the largest stand first when that is asked for, and those that changed most', async () => {
  const indexes = await indexesOf(
    [file('small', '1'), file('large', '12345678'), file('gone', '123456'), file('same', '12')],
    [file('small', '1234567890'), { name: '.wh.gone' }],
  );
  const names = (sort: 'size' | 'delta'): readonly string[] =>
    rowsOf(indexes, { from: 1, to: 1, sort }).map(({ name }) => name);
  expect(names('size')).toEqual(['small', 'large', 'gone', 'same']);
  expect(names('delta')).toEqual(['small', 'gone', 'large', 'same']);
});

test('what is taken away and written anew by several layers is what the range asked for makes of it', async () => {
  const indexes = await indexesOf(
    [dir('a'), file('a/x', '1'), file('a/y', '2')],
    [{ name: '.wh.a' }],
    [file('a', 'a file')],
    [dir('a'), { name: 'a/.wh..wh..opq' }, file('a/x', '3')],
    [{ name: 'a/.wh.x' }, file('a/z', '4')],
  );
  const inside = (from: number, to: number): readonly string[] => marks(indexes, { from, to, path: '/a' });
  expect(inside(1, 1)).toEqual(['x removed', 'y removed']);
  expect(inside(3, 3)).toEqual(['x added']);
  expect(inside(1, 3)).toEqual(['x changed', 'y removed']);
  expect(inside(4, 4)).toEqual(['x removed', 'z added']);
  expect(inside(2, 4)).toEqual(['z added']);
  expect(inside(0, 4)).toEqual(['z added']);
  expect(marks(indexes, { from: 2, to: 2 })).toEqual(['a added']);
  expect(() => inside(2, 2)).toThrow('/a');
});

test('an opaque directory begins anew', async () => {
  const indexes = await indexesOf(base, [
    dir('etc'),
    { name: 'etc/.wh..wh..opq' },
    file('etc/new'),
    file('etc/b', 'two'),
  ]);
  expect(marks(indexes, { from: 1, to: 1, path: '/etc' })).toEqual([
    'a removed',
    'b unchanged',
    'c removed',
    'new added',
  ]);
  expect(summariseRange(indexes, 1, 1)).toMatchObject({ added: 1, removed: 2, hiddenBytes: 8 });
});

test('a directory that is taken away takes all of it', async () => {
  const indexes = await indexesOf(base, [{ name: '.wh.etc' }], [dir('etc'), file('etc/a', 'one')]);
  const [gone] = rowsOf(indexes, { from: 1, to: 1 });
  expect(gone).toMatchObject({ name: 'etc', change: 'removed', size: 11, delta: -11 });
  expect(marks(indexes, { from: 1, to: 1, path: '/etc' })).toEqual(['a removed', 'b removed', 'c removed']);
  expect(marks(indexes, { from: 2, to: 2, path: '/etc' })).toEqual(['a added']);
  expect(marks(indexes, { from: 1, to: 2, path: '/etc' })).toEqual(['a unchanged', 'b removed', 'c removed']);
});

test('a file in the place of a directory, and a directory in the place of a file', async () => {
  const indexes = await indexesOf(base, [file('etc', 'a file now'), dir('top'), file('top/in')]);
  expect(marks(indexes, { from: 1, to: 1 })).toEqual(['top changed', 'etc changed']);
  expect(marks(indexes, { from: 1, to: 1, path: '/top' })).toEqual(['in added']);
  expect(marks(indexes, { from: 0, to: 1, path: '/top' })).toEqual(['in added']);
});

test('a directory that only stands for what is in it takes the place of a file all the same', async () => {
  const indexes = await indexesOf(base, [file('top/in')]);
  const row = rowsOf(indexes, { from: 1, to: 1 }).find(({ name }) => name === 'top');
  expect(row).toMatchObject({ type: 'directory', change: 'changed', hasChildren: true });
  expect(marks(indexes, { from: 1, to: 1, path: '/top' })).toEqual(['in added']);
});

test('a directory that only stands for what is in it is not changed by it', async () => {
  const indexes = await indexesOf([dir('etc', { mode: 0o700 }), file('etc/a')], [file('etc/b')]);
  expect(rowsOf(indexes, { from: 1, to: 1 })[0]).toMatchObject({ change: 'unchanged', mode: 0o700, layer: 0 });
});

test('what a directory is, but for its time, counts as metadata', async () => {
  const indexes = await indexesOf(
    [dir('later'), dir('closed'), dir('owned'), { name: 'stamped', body: 'x' }],
    [
      dir('later', { time: TIME + 60 }),
      dir('closed', { mode: 0o700 }),
      { ...dir('owned'), uid: 7 },
      { name: 'stamped', body: 'x', time: TIME + 60 },
    ],
  );
  expect(marks(indexes, { from: 1, to: 1 })).toEqual([
    'closed metadata',
    'later unchanged',
    'owned metadata',
    'stamped metadata',
  ]);
});

test('extended attributes are metadata, and kinds are content', async () => {
  const cap = { 'SCHILY.xattr.user.note': 'x' };
  const indexes = await indexesOf(
    [file('ping'), { name: 'link', type: 'symlink', linkname: 'one' }, file('kind')],
    [
      { name: 'ping', body: 'ping', pax: cap },
      { name: 'link', type: 'symlink', linkname: 'two' },
      { name: 'kind', type: 'symlink', linkname: 'ping' },
    ],
  );
  expect(marks(indexes, { from: 1, to: 1 })).toEqual(['kind changed', 'link changed', 'ping metadata']);
});

test("a hard link's bytes count once, and it says where it leads", async () => {
  const indexes = await indexesOf([file('one', '12345'), { name: 'two', type: 'link', linkname: 'one' }]);
  const rows = rowsOf(indexes, { from: 0, to: 0 });
  expect(rows.map(({ name, type, linkTarget }) => [name, type, linkTarget])).toEqual([
    ['one', 'file', undefined],
    ['two', 'hardlink', '/one'],
  ]);
  expect(rows[0]?.contentDigest).toBe(rows[1]?.contentDigest);
  expect(summariseRange(indexes, 0, 0)).toMatchObject({ added: 2, addedBytes: 5 });
});

test('a layer without anything, and an empty directory', async () => {
  const indexes = await indexesOf([dir('empty')], []);
  expect(rowsOf(indexes, { from: 0, to: 0 })[0]).toMatchObject({ hasChildren: false, size: 0 });
  expect(marks(indexes, { from: 0, to: 0, path: '/empty' })).toEqual([]);
  expect(summariseRange(indexes, 1, 1)).toMatchObject({ added: 0, changed: 0, removed: 0, addedBytes: 0 });
});

test.each(['/none', '/etc/a', '/etc/none/deeper', '/top'])('%s is no directory, and said to be none', async (path) => {
  const indexes = await indexesOf(base);
  const listing = (): unknown => rowsOf(indexes, { from: 0, to: 0, path });
  expect(listing).toThrow(expect.objectContaining({ code: 'not-found' }));
  expect(listing).toThrow(path);
});

test('a path leads through links within the image only', async () => {
  const link = (name: string, linkname: string): TarItem => ({ name, type: 'symlink', linkname });
  const indexes = await indexesOf(
    [dir('usr'), dir('usr/bin'), file('usr/bin/sh'), link('bin', 'usr/bin')],
    [link('abs', '/bin/sh'), link('up', '../../../../bin'), link('a', 'b'), link('b', 'a'), link('gone', 'nowhere')],
    [{ name: 'usr/bin/.wh.sh' }, file('usr/bin/ash')],
  );
  const at = (path: string, follow = true, layers = indexes): string | undefined => {
    const found = findEntry(layers, path, follow);
    return found && `${found.layer} ${found.index.path(found.entry)}`;
  };
  const two = indexes.slice(0, 2);
  expect([at('/bin/sh', true, two), at('abs', true, two), at('/up/sh', true, two)]).toEqual(
    Array.from({ length: 3 }, () => '0 /usr/bin/sh'),
  );
  expect([at('/bin/sh'), at('/abs'), at('/up/ash')]).toEqual([undefined, undefined, '2 /usr/bin/ash']);
  expect([at('/abs', false), at('/bin', false), at('/bin/..')]).toEqual(['1 /abs', '0 /bin', '2 /usr']);
  expect([at('/a'), at('/gone'), at('/../..'), at('/usr/bin/ash/deeper')]).toEqual([
    undefined,
    undefined,
    '2 /',
    undefined,
  ]);
});
