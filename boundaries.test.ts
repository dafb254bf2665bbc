import { existsSync, readFileSync, readdirSync } from 'node:fs';

import { expect, test } from 'vitest';

import {
  boundariesTable,
  electronRows,
  engineRows,
  rendererRows,
  restrictionsOf,
  rows,
  type Row,
} from './boundaries.ts';
import { commandInputs } from './engine/cli/fresh-build.mjs';

function foldersIn(path: string): readonly string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${path}/${name}`);
}

test('rows name only rows above them', () => {
  for (const [index, row] of rows.entries()) {
    const above = rows.slice(0, index).map(({ path }) => path);
    expect(above, row.path).toEqual(expect.arrayContaining([...row.mayImport]));
  }
});

test.each(['engine', 'electron', 'renderer'])('every folder of %s has a row', (top) => {
  expect(rows.map(({ path }) => path)).toEqual(expect.arrayContaining([...foldersIn(top)]));
});

test('every row has a folder or file', () => {
  expect(rows.map(({ path }) => path).filter((path) => !existsSync(path))).toEqual([]);
});

test.each([
  ['engine', engineRows],
  ['electron', electronRows],
  ['renderer', rendererRows],
])('ARCHITECTURE.md shows the rows of %s', (_, chosen) => {
  const words = (text: string): string => text.replaceAll(/[ -]+/g, ' ');
  expect(words(readFileSync('ARCHITECTURE.md', 'utf8'))).toContain(words(boundariesTable(chosen)));
});

function rowOf(path: string): Row {
  const row = rows.find((candidate) => candidate.path === path);
  if (row === undefined) throw new Error(`no row for ${path}`);
  return row;
}

test.each([
  ['engine/content', '#engine/oci/descriptor.ts', true],
  ['engine/content', '#engine/contract/digest.ts', true],
  ['engine/content', './blob-store.ts', true],
  ['engine/content', '#engine/image/pull-image.ts', false],
  ['engine/content', '#renderer/ui/button.tsx', false],
  ['engine/content', '../oci/descriptor.ts', false],
  ['engine/content', 'electron', false],
  ['engine/content', '#engine/testing/registry.ts', false],
  ['engine/contract', 'node:fs', false],
  ['engine/contract', 'zod', true],
  ['electron', '#engine/client/connect-engine.ts', true],
  ['electron', '#engine/image/pull-image.ts', false],
  ['electron/preload.ts', '#engine/client/connect-engine.ts', false],
  ['renderer/features', '#renderer/features/images/images-page.tsx', false],
  ['renderer/features', '#renderer/bridge/client.ts', false],
  ['renderer/stores', 'react', false],
  ['renderer/ui', 'react', true],
])('%s imports %s: %s', (path, source, allowed) => {
  const hits = restrictionsOf(rowOf(path), false).filter(({ regex }) => new RegExp(regex).test(source));
  expect(hits.length === 0).toBe(allowed);
});

test('a test may import engine/testing', () => {
  const hits = restrictionsOf(rowOf('engine/content'), true).filter(({ regex }) =>
    new RegExp(regex).test('#engine/testing/registry.ts'),
  );
  expect(hits).toEqual([]);
});

test('whether a command is fresh is asked of all that it may import', () => {
  const folders = new Set(['engine/cli']);
  const rows = new Map(engineRows.map((row) => [row.path, row]));
  // A set's own iteration comes to what is added meanwhile.
  for (const folder of folders) {
    const others = rows.get(folder)?.mayImport.filter((other) => other !== 'engine/oci-command') ?? [];
    for (const other of others) folders.add(other);
  }
  expect(commandInputs.filter((path: string) => path.startsWith('engine/'))).toEqual([...folders].toSorted());
});
