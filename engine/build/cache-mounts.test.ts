import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { CacheMounts, type CacheMount } from './cache-mounts.ts';
import { parseRunMount } from './run-mount.ts';

let dir: TemporaryDirectory;
let mounts: CacheMounts;
beforeEach(async () => {
  dir = await temporaryDirectory('cache-mounts');
  mounts = new CacheMounts(join(dir.path, 'caches'));
});
afterEach(() => dir[Symbol.asyncDispose]());

const { signal } = new AbortController();
const later = (): number => Date.now() + 1000;

function cache(id = 'one'): CacheMount {
  const mount = parseRunMount(`type=cache,target=/cache,id=${id},mode=0700,uid=${process.getuid?.() ?? 0}`, '/');
  if (mount.type !== 'cache') throw new Error('it is a cache');
  return mount;
}

interface Step extends AsyncDisposable {
  readonly path: string;
}

/** What a step with one such mount does. */
async function step(mount: CacheMount): Promise<Step> {
  await using undo = new AsyncDisposableStack();
  const path = await mounts.use(mount, { undo, fill: (made) => writeFile(join(made, 'begun'), 'with this') });
  const owned = undo.move();
  return { path, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('everybody has one directory for an id, made once', async () => {
  await using one = await step(cache());
  await writeFile(join(one.path, 'begun'), 'changed');
  await using other = await step(cache());
  await using another = await step(cache('two'));
  expect([other.path === one.path, another.path === one.path]).toEqual([true, false]);
  expect(await readFile(join(other.path, 'begun'), 'utf8')).toBe('changed');
  expect((await stat(one.path)).mode & 0o7777).toBe(0o700);
});

test('what a step uses is not removed, nor what was used since', async () => {
  const old = await step(cache());
  await writeFile(join(old.path, 'large'), Buffer.alloc(100_000, 1));
  await using used = await step(cache('two'));
  expect((await mounts.list(signal)).map(({ isInUse }) => isInUse)).toEqual([true, true]);
  expect(await mounts.prune(later(), signal)).toBe(0);
  await old[Symbol.asyncDispose]();
  expect(await mounts.prune(Date.now() - 60_000, signal)).toBe(0);
  expect(await mounts.prune(later(), signal)).toBeGreaterThanOrEqual(100_000);
  expect((await mounts.list(signal)).map(({ id }) => id)).toEqual([basename(used.path)]);
});

test('to use one is to have used it last', async () => {
  await using _ = await step(cache());
  const [before] = await mounts.list(signal);
  const { mtimeMs } = await stat(join(dir.path, 'caches', before?.id ?? ''));
  await expect
    .poll(async () => {
      await using __ = await step(cache());
      const [now] = await mounts.list(signal);
      return (now?.usedAt ?? 0) > (before?.usedAt ?? 0);
    })
    .toBe(true);
  expect((await stat(join(dir.path, 'caches', before?.id ?? ''))).mtimeMs).toBe(mtimeMs);
});

test('what a killed engine was making or removing goes', async () => {
  await using kept = await step(cache());
  for (const name of ['new-abc', 'gone-abc']) await mkdir(join(dir.path, 'caches', name));
  await mounts.sweep();
  expect(await readdir(join(dir.path, 'caches'))).toEqual([basename(kept.path)]);
});
