import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { KeptContexts } from './kept-contexts.ts';
import { ReceivedFolder, type ReceivedEntry } from './received-folder.ts';

let dir: TemporaryDirectory;
let kept: KeptContexts;
let places = 0;
beforeEach(async () => {
  dir = await temporaryDirectory('contexts');
  kept = new KeptContexts(join(dir.path, 'kept'));
});
afterEach(() => dir[Symbol.asyncDispose]());

const aside = { place: (): string => join(dir.path, `place-${(places += 1)}`) };

const file = (path: string, size: number): ReceivedEntry['entry'] => ({
  path,
  type: 'file',
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtime: 1,
  size,
  linkTarget: '',
});

/** Builds from a folder of one file. @returns its bytes as the build sees them, and whether they had to be sent. */
async function build(key: string, text: string, modTime = 1): Promise<{ text: string; isSent: boolean }> {
  await using open = await kept.open(key, aside);
  const entry = file('a', text.length);
  const known = open.spool.known(entry, modTime);
  if (known === undefined) await open.spool.append([Buffer.from(text)]);
  const offset = known?.offset ?? open.spool.size - text.length;
  const entries = [known ?? { entry, modTime, digest: 'd', offset }];
  await open.keep(entries);
  const read = await buffer(new ReceivedFolder(open.spool.path, entries).open(entry));
  return { text: read.toString(), isSent: known === undefined };
}

const onlyContext = async (): Promise<string> =>
  join(dir.path, 'kept', (await readdir(join(dir.path, 'kept')))[0] ?? '');

test('what is unchanged is there the second time, and what has changed is not', async () => {
  expect(await build('key', 'one')).toEqual({ text: 'one', isSent: true });
  expect(await build('key', 'one')).toEqual({ text: 'one', isSent: false });
  expect(await build('key', 'two', 2)).toEqual({ text: 'two', isSent: true });
  expect(await build('other', 'two', 2)).toEqual({ text: 'two', isSent: true });
});

test('without a key nothing is kept', async () => {
  await build('', 'one');
  expect(await build('', 'one')).toEqual({ text: 'one', isSent: true });
});

test('a folder that is being sent is sent once more to somebody else, and neither meets the other', async () => {
  await using first = await kept.open('key', aside);
  expect(await build('key', 'one')).toEqual({ text: 'one', isSent: true });
  await first.spool.append([Buffer.from('other')]);
  await first.keep([{ entry: file('a', 5), modTime: 1, digest: 'd', offset: 0 }]);
  await first[Symbol.asyncDispose]();
  expect(await build('key', 'other')).toEqual({ text: 'other', isSent: false });
});

test('what an engine that was killed has written without saying so is passed over', async () => {
  await build('key', 'one');
  await appendFile(join(await onlyContext(), 'spool'), 'half a fi');
  await writeFile(join(await onlyContext(), 'index.json.new'), '{"boot":');
  expect(await build('key', 'one')).toEqual({ text: 'one', isSent: false });
  expect(await build('key', 'two', 2)).toEqual({ text: 'two', isSent: true });
});

test.each([
  ['from before the machine started', (text: string) => text.replace(/"boot":"[^"]*"/, '"boot":"earlier"')],
  ['that says more than there is', (text: string) => text.replace('"offset":0', '"offset":1')],
  ['that is none', () => '{'],
])('an index %s is not believed', async (_, change) => {
  await build('key', 'one');
  const path = join(await onlyContext(), 'index.json');
  await writeFile(path, change(await readFile(path, 'utf8')));
  expect(await build('key', 'one')).toEqual({ text: 'one', isSent: true });
});

test('contexts that were built from last push out the others', async () => {
  for (let at = 0; at < 20; at += 1) await build(`key ${at}`, 'one');
  expect(await readdir(join(dir.path, 'kept'))).toHaveLength(16);
  expect((await build('key 19', 'one')).isSent).toBe(false);
  expect((await build('key 0', 'one')).isSent).toBe(true);
});

test('what a killed engine was receiving goes, and what is whole stays', async () => {
  await build('whole', 'kept');
  await using unfinished = await kept.open('unfinished', aside);
  await unfinished.spool.append([Buffer.from('half of it')]);
  await unfinished.spool.flush();
  const next = new KeptContexts(join(dir.path, 'kept'));
  await next.sweep();
  expect(await next.list()).toHaveLength(1);
  kept = next;
  expect(await build('whole', 'kept')).toEqual({ text: 'kept', isSent: false });
});

test('what nobody is sending can be removed, unless it was used since', async () => {
  await build('one', 'x'.repeat(100_000));
  await using busy = await kept.open('busy', aside);
  expect(new Set((await kept.list()).map(({ isInUse }) => isInUse))).toEqual(new Set([false, true]));
  expect(await kept.prune(Date.now() - 60_000)).toBe(0);
  expect(await kept.prune(Date.now() + 1000)).toBeGreaterThanOrEqual(100_000);
  expect((await kept.list()).map(({ isInUse }) => isInUse)).toEqual([true]);
  await busy.keep([]);
  expect(await build('one', 'again')).toEqual({ text: 'again', isSent: true });
});
