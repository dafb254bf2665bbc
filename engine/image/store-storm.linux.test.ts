import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { makeImage } from '#engine/testing/image-fixture.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { collectGarbage } from './collect-garbage.ts';
import { allImages } from './image-records.ts';
import { listImages } from './list-images.ts';
import { storeLedger } from './store-ledger.ts';
import { sumStorage } from './sum-storage.ts';
import { ImageStore } from './testing/image-store.ts';
import { verifyStore } from './verify-store.ts';

const KILLS = 12;
const MOST_MS = 900;
const program = fileURLToPath(new URL('./testing/storm.ts', import.meta.url));
const base = [{ name: 'base', body: 'x'.repeat(200_000) }];
const images = await Promise.all(
  ['one', 'two', 'three'].map((name) =>
    makeImage([
      base,
      ...(name === 'three' ? [] : [[{ name: 'middle', body: 'm'.repeat(9000) }]]),
      [{ name, body: name }],
    ]),
  ),
);

/** What a person's tag may be after a kill: what was done last, and what was begun since. */
class Told {
  readonly #tags = new Map<string, readonly string[]>();
  done = 0;

  hear(line: string): void {
    const [verb = '', tag = '', what = ''] = line.split(' ');
    const known = this.#tags.get(tag) ?? ['gone'];
    if (verb === 'begins') this.#tags.set(tag, [known[0] ?? 'gone', what]);
    if (verb === 'done') this.#tags.set(tag, [what]);
    if (verb === 'refused') this.#tags.set(tag, [known[0] ?? 'gone']);
    if (verb === 'done') this.done += 1;
  }

  /** And from here on it is what it was found to be. */
  check(tags: readonly string[]): void {
    for (const [tag, states] of this.#tags) {
      const isThere = tags.includes(tag);
      expect(
        states.some((state) => (state !== 'gone') === isThere),
        `${tag}: ${states.join(', ')}`,
      ).toBe(true);
      this.#tags.set(tag, [isThere ? 'back' : 'gone']);
    }
  }
}

/** @param after the word with which what it says begins, from when on it may be killed: on a busy machine little is done soon. */
async function killStorm(
  root: string,
  repository: string,
  { told, after }: { readonly told: Told; readonly after: 'ready' | 'done' },
): Promise<void> {
  const child = spawn(process.execPath, [program, root, repository, `${images.length}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const complaints: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => complaints.push(chunk));
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout });
  const { promise: isAfter, resolve } = Promise.withResolvers<void>();
  lines.on('line', (line) => {
    told.hear(line);
    if (line.startsWith(after)) resolve();
  });
  await Promise.race([isAfter, ended]);
  await wait(Math.random() * MOST_MS);
  child.kill('SIGKILL');
  await ended;
  expect(child.signalCode, Buffer.concat(complaints).toString()).toBe('SIGKILL');
}

function onDisk(root: string): number {
  const paths = ['blobs/sha256', 'layers'].flatMap((part) =>
    // A store that was killed before anything came has neither yet.
    (existsSync(join(root, part)) ? readdirSync(join(root, part)) : []).map((name) => join(root, part, name)),
  );
  if (paths.length === 0) return 0;
  const lines = execFileSync('du', ['--block-size=1', '-s', ...paths], { encoding: 'utf8' });
  return lines.split('\n').reduce((sum, line) => sum + Number.parseInt(line || '0', 10), 0);
}

/** Nothing that somebody has is missing or damaged, and nothing is there that nobody has. */
async function checkStore(root: string, told: Told): Promise<void> {
  await using store = await ImageStore.open(root);
  await collectGarbage(store.parts);
  storeLedger(store.parts).reconcile();
  const signal = new AbortController().signal;
  const { findings } = await verifyStore(store.parts, { onProgress: () => undefined }, signal);
  expect(findings).toEqual([]);
  const sum = sumStorage(store.parts);
  expect([sum.incomingBytes, sum.totalBytes]).toEqual([0, onDisk(root)]);
  if (allImages(store.parts.database).length === 0) expect(sum.totalBytes).toBe(0);
  told.check(listImages(store.parts).flatMap(({ RepoTags }) => RepoTags));
}

describeWith(['launcher'], `a store killed ${KILLS} times while many pull, remove, restore and clean up`, () => {
  test('loses nothing and leaves nothing', { timeout: 240_000 }, async () => {
    await using dir = await temporaryDirectory('storm');
    await using registry = await TestRegistry.start();
    for (const [index, image] of images.entries()) registry.push(`team/app:${index + 1}`, image);
    const told = new Told();
    for (let kill = 0; kill < KILLS; kill += 1) {
      const after = kill % 2 === 0 ? 'ready' : 'done';
      await killStorm(dir.path, `${registry.host}/team/app`, { told, after });
      await checkStore(dir.path, told);
    }
    expect(told.done).toBeGreaterThan(KILLS);
  });
});
