import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { IndexEntry } from '#engine/layer/encode-entry-index.ts';

import { answerTask } from './answer-task.ts';
import type { InspectKind, InspectQuestion, InspectTasks } from './inspect-task.ts';
import { IndexFiles, treeDir, treeFile, whiteout } from './testing/inspect-fixtures.ts';

let indexes: IndexFiles;
beforeAll(async () => {
  indexes = await IndexFiles.open();
});
afterAll(() => indexes[Symbol.asyncDispose]());

async function ask<K extends InspectKind>(kind: K, wanted: InspectTasks[K]['ask']): Promise<InspectTasks[K]['answer']> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a kind and what it asks belong together
  const answers = await Array.fromAsync(answerTask({ kind, wanted } as InspectQuestion));
  expect(answers.map(({ isLast }) => isLast)).toEqual([true]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- and what answers it
  return answers[0]?.value as InspectTasks[K]['answer'];
}

const sized = (name: string, size: number, letter = name): IndexEntry => treeFile(name, letter.padEnd(size, '.'));

test('wasted is what layers above replace or remove, without the copy that is seen', async () => {
  const paths = await indexes.stack(
    treeDir('', treeDir('lib', sized('kept', 1000), sized('twice', 500)), treeDir('tmp', sized('gone', 300))),
    treeDir('', treeDir('lib', sized('twice', 700, 'other'))),
    treeDir('', whiteout('tmp'), treeDir('lib', sized('twice', 800, 'third'))),
  );
  const found = await ask('efficiency', paths);
  expect(found).toMatchObject({ shippedBytes: 3300, visibleBytes: 1800, wastedBytes: 1500, userBytes: 1500 });
  expect(found.efficiency).toBeCloseTo(1800 / 3300);
  expect(found.userWastedShare).toBe(1);
  expect(found.hidden).toEqual([
    { path: '/lib/twice', bytes: 1200, layers: [0, 1], hiddenBy: 2, isRemoved: false },
    { path: '/tmp/gone', bytes: 300, layers: [0], hiddenBy: 2, isRemoved: true },
  ]);
});

test('bytes that a hard link still shows are not wasted, and an image without files wastes nothing', async () => {
  const link: IndexEntry = { ...sized('link', 400, 'file'), type: 'hardlink', linkTarget: '/file' };
  const paths = await indexes.stack(treeDir('', sized('file', 400), link), treeDir('', whiteout('file')));
  expect(await ask('efficiency', paths)).toMatchObject({ shippedBytes: 400, wastedBytes: 0, hidden: [] });
  expect(await ask('efficiency', await indexes.stack(treeDir('')))).toMatchObject({
    efficiency: 1,
    userWastedShare: 0,
  });
});

test('large paths, caches and copies are named, and a directory gives way to the one that makes it large', async () => {
  const paths = await indexes.stack(
    treeDir(
      '',
      treeDir('usr', treeDir('share', sized('a', 9000, 'same'), sized('b', 9000, 'same'), sized('c', 5000))),
      treeDir('var', treeDir('cache', treeDir('apt', sized('one.deb', 7000)))),
      treeDir('root', treeDir('.npm', treeDir('_cacache', sized('index', 100)))),
    ),
    treeDir('', treeDir('var', treeDir('cache', whiteout('apt')))),
  );
  const found = await ask('weigh', paths);
  expect(found.largestFiles.map(({ path }) => path)).toEqual([
    '/usr/share/a',
    '/usr/share/b',
    '/usr/share/c',
    '/root/.npm/_cacache/index',
  ]);
  expect(found.largestDirectories[0]).toEqual({ path: '/usr/share', bytes: 23_000, layer: 0 });
  expect(found.largestDirectories.map(({ path }) => path)).not.toContain('/usr');
  expect(found.caches).toMatchObject([
    { kind: 'apt-archives', bytes: 7000, hiddenBytes: 7000, files: 1, layers: [0], example: '/var/cache/apt/one.deb' },
    { kind: 'npm', bytes: 100, hiddenBytes: 0 },
  ]);
  expect(found.duplicates).toMatchObject([{ size: 9000, copies: 2, wastedBytes: 9000 }]);
  expect(found.duplicateBytes).toBe(9000);
});

test('what looks like a secret is found by its path and its first bytes, hidden or not', async () => {
  const key = `-----BEGIN OPENSSH ${'PRIVATE'} KEY-----\nAAAA\n`;
  const files: Readonly<Record<string, string>> = {
    id_rsa: key,
    '.env': 'DB_PASSWORD=abc\n',
    'config.yaml': `token: gh${'p_'}${'a'.repeat(36)}\n`,
    'plain.yaml': 'replicas: 3\n',
    'cert.pem': '-----BEGIN CERTIFICATE-----\n',
    'store.p12': '\0',
  };
  const held = join(indexes.path, 'files');
  await mkdir(held);
  const entries = Object.entries(files).map(([name, body]) => treeFile(name, body));
  for (const [name, body] of Object.entries(files)) await writeFile(join(held, name), body);
  const paths = await indexes.stack(
    treeDir('', treeDir('app', ...entries), treeDir('usr', treeDir('share', treeFile('id_rsa', key)))),
    treeDir('', treeDir('app', whiteout('id_rsa'))),
  );
  const { suspects, filesUnread } = await ask('weigh', paths);
  expect(filesUnread).toBe(0);
  const wanted = suspects.map(({ path, rules }) => {
    const name = path.slice('/app/'.length);
    return { place: { path: join(held, name), offset: 0, size: files[name]?.length ?? 0 }, rules };
  });
  const kinds = await ask('secrets', wanted);
  const found = suspects.map(({ path, hiddenBy }, at) => ({ path, kind: kinds[at], hiddenBy }));
  const secrets = found.filter(({ kind }) => kind !== undefined).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  expect(secrets.map(({ path, kind, hiddenBy }) => [path, kind, hiddenBy])).toEqual([
    ['/app/.env', 'environment-file', undefined],
    ['/app/config.yaml', 'token', undefined],
    ['/app/id_rsa', 'private-key', 1],
    ['/app/store.p12', 'key-store', undefined],
  ]);
});
