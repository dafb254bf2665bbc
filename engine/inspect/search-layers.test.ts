import { expect, test } from 'vitest';

import type { IndexEntry } from '#engine/layer/encode-entry-index.ts';
import { digestOf } from '#engine/layer/testing/layer-fixtures.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { SearchColumns } from './search-columns.ts';
import { searchLayers } from './search-layers.ts';
import { searchQuery } from './search-pattern.ts';
import type { FoundEntry } from './search-task.ts';
import { treeDir, treeFile, whiteout, writeIndex } from './testing/inspect-fixtures.ts';

interface Asked {
  readonly offset?: number;
  readonly limit?: number;
}

/** One image of these layers, base first, and one of the base alone. */
async function search(
  layers: readonly IndexEntry[],
  text: string,
  { offset = 0, limit = 1000 }: Asked = {},
): Promise<{ readonly hits: readonly FoundEntry[]; readonly matches: number }> {
  await using folder = await temporaryDirectory();
  const indexPaths: string[] = [];
  for (const [at, tree] of layers.entries()) indexPaths.push(await writeIndex(folder.path, `layer${at}`, tree));
  const stacks = [[...layers.keys()], [0]];
  const task = { kind: 'search', id: 1, query: searchQuery(text), offset, limit, indexPaths, stacks } as const;
  const around = { columnsOf: (path: string) => SearchColumns.read(path), isCancelled: () => false };
  const hits: FoundEntry[] = [];
  let matches = 0;
  for await (const report of searchLayers(task, around)) {
    if (report.kind !== 'found') continue;
    hits.push(...report.entries);
    matches = report.matches;
  }
  return { hits, matches };
}

const paths = async (layers: readonly IndexEntry[], text: string): Promise<readonly string[]> =>
  (await search(layers, text)).hits.map(({ path }) => path);

const tree = treeDir(
  '',
  treeDir('etc', treeDir('ssl', treeFile('Cert.PEM'), treeFile('key.pem')), treeFile('passwd')),
  treeDir('usr', treeDir('lib', treeFile('libssl.so.3'), treeFile('árbol'), treeFile('pass'))),
  treeFile('passwd'),
);

test.each([
  // A part of a name, letter case aside.
  ['pass', ['/passwd', '/etc/passwd', '/usr/lib/pass']],
  ['PEM', ['/etc/ssl/Cert.PEM', '/etc/ssl/key.pem']],
  // A directory, not all that is in it.
  ['ssl', ['/etc/ssl', '/usr/lib/libssl.so.3']],
  ['ssl/', ['/etc/ssl']],
  // A part of a path.
  ['etc/pass', ['/etc/passwd']],
  ['c/ssl/k', ['/etc/ssl/key.pem']],
  ['/passwd', ['/passwd', '/etc/passwd']],
  // Two names that stand beside one another are no name.
  ['etcusr', []],
  ['swdpasswd', []],
  ['árb', ['/usr/lib/árbol']],
  // Globs: the whole name, or the whole path.
  ['*.pem', ['/etc/ssl/key.pem']],
  ['?rbol', ['/usr/lib/árbol']],
  ['[kp]*', ['/passwd', '/etc/passwd', '/etc/ssl/key.pem', '/usr/lib/pass']],
  ['[!a-z]*', ['/etc/ssl/Cert.PEM', '/usr/lib/árbol']],
  ['/*/pass*', ['/etc/passwd']],
  ['/etc/**/*.pem', ['/etc/ssl/key.pem']],
  ['lib/*.so.?', ['/usr/lib/libssl.so.3']],
  [
    '*',
    [
      '/etc',
      '/passwd',
      '/usr',
      '/etc/passwd',
      '/etc/ssl',
      '/usr/lib',
      '/etc/ssl/Cert.PEM',
      '/etc/ssl/key.pem',
      '/usr/lib/libssl.so.3',
      '/usr/lib/pass',
      '/usr/lib/árbol',
    ],
  ],
  // Expressions: anywhere in the path.
  [String.raw`/^\/etc\/p/`, ['/etc/passwd']],
  [String.raw`/\.(so|pem)(\.\d+)?$/`, ['/etc/ssl/key.pem', '/usr/lib/libssl.so.3']],
] as const)('%s finds %j', async (text, expected) => {
  expect((await paths([tree], text)).toSorted()).toEqual([...expected].toSorted());
});

test('a content is found by its digest, or the beginning of one', async () => {
  const digest = digestOf(Buffer.from('passwd'));
  expect(await paths([tree], digest)).toEqual(['/passwd', '/etc/passwd']);
  expect(await paths([tree], digest.slice(0, 'sha256:'.length + 9))).toEqual(['/passwd', '/etc/passwd']);
});

test('each image says whether it shows the entry, and which layer hides it', async () => {
  const removes = treeDir('', treeDir('etc', whiteout('passwd')));
  const replaces = treeDir('', { ...treeDir('usr', treeDir('lib')), isOpaque: true });
  const { hits } = await search([tree, removes, replaces], 'pass');
  const seen = hits.map(({ path, images }) => [
    path,
    ...images.map(({ image, hiddenBy }) => `${image} ${hiddenBy ?? '-'}`),
  ]);
  expect(seen).toEqual([
    ['/passwd', '0 -', '1 -'],
    ['/etc/passwd', '0 1', '1 -'],
    ['/usr/lib/pass', '0 2', '1 -'],
  ]);
});

test('a page is a part, and all matches are counted', async () => {
  const many = treeDir('', ...Array.from({ length: 250 }, (_, at) => treeFile(`file${at}`)));
  const { hits, matches } = await search([many, tree], 'file', { offset: 100, limit: 120 });
  expect(matches).toBe(250);
  expect(hits).toHaveLength(120);
  expect(new Set(hits.map(({ path }) => path)).size).toBe(120);
});

test('a layer that has gone is left out', async () => {
  const around = { columnsOf: () => SearchColumns.read('/nonexistent/index'), isCancelled: () => false };
  const indexPaths = ['/nonexistent/index'];
  const query = searchQuery('a');
  const task = { kind: 'search', id: 1, query, offset: 0, limit: 9, indexPaths, stacks: [] } as const;
  const reports = [];
  for await (const report of searchLayers(task, around)) reports.push(report);
  expect(reports).toEqual([expect.objectContaining({ kind: 'found', matches: 0, isDone: true, layersSearched: 1 })]);
});

test.each(['/(/', 'sha256:12', '///'])('%s is refused in a sentence', async (text) => {
  await expect(search([tree], text)).rejects.toMatchObject({ code: 'invalid-argument' });
});
