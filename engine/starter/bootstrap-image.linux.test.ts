import { execFile } from 'node:child_process';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { parseDigest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';
import { describeImage, listImages } from '#engine/image/list-images.ts';
import { ImageStore } from '#engine/image/testing/image-store.ts';
import type { JobReport } from '#engine/jobs/job-board.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { bootstrapImage } from './bootstrap-image.ts';
import { findProgram, starterAvailability } from './starter-availability.ts';

const run = promisify(execFile);
const MINUTES = 60_000;

async function freshStore(): Promise<AsyncDisposable & { readonly store: ImageStore }> {
  const root = await temporaryDirectory('starter');
  const store = await ImageStore.open(root.path);
  const both = new AsyncDisposableStack();
  both.use(root);
  both.use(store);
  return { store, [Symbol.asyncDispose]: () => both.disposeAsync() };
}

const cancelled = new EngineError('cancelled', 'Cancelled.');
const never = new AbortController().signal;

describeWith(['root', 'launcher', 'busybox'], 'a busybox image of this machine', () => {
  test('has the program in one layer and its links in another, and is the same the next time', async () => {
    await using at = await freshStore();
    const { parts } = at.store;
    const news: JobReport[] = [];
    const { imageId, name } = await bootstrapImage(parts, 'busybox', (one) => news.push(one), never);
    expect(name).toMatch(/^estrato\/busybox:[\d.]+$/);
    expect(news.at(-1)?.progress).toMatchObject({ status: 'Stored', imageId });

    const details = await describeImage(parts, 'estrato/busybox');
    expect(details.summary).toMatchObject({
      Id: imageId,
      RepoTags: [name, 'estrato/busybox:latest'].toSorted(),
      origin: { kind: 'bootstrap' },
    });
    expect(details.steps.map(({ instruction, layer }) => [instruction, layer])).toEqual([
      ['COPY busybox /bin/busybox', 0],
      ['RUN busybox --install -s', 1],
      ['CMD ["sh"]', undefined],
    ]);
    const trees = details.layers.map(({ diffId }) => parts.layers.unpacked(diffId));
    const [program, root] = await Promise.all(trees);
    expect((await lstat(join(program ?? '', 'bin/busybox'))).mode & 0o777).toBe(0o755);
    expect(await readlink(join(root ?? '', 'bin/sh'))).toBe('/bin/busybox');
    expect((await lstat(join(root ?? '', 'tmp'))).mode & 0o7777).toBe(0o1777);
    expect(await readFile(join(root ?? '', 'etc/passwd'), 'utf8')).toContain('root:x:0:0');
    const { stdout } = await run(join(program ?? '', 'bin/busybox'), ['echo', 'it runs']);
    expect(stdout).toBe('it runs\n');

    const before = details.layers.map(({ diffId }) => diffId);
    await bootstrapImage(parts, 'busybox', () => undefined, never);
    expect((await describeImage(parts, 'estrato/busybox')).layers.map(({ diffId }) => diffId)).toEqual(before);
    expect((await at.store.contents()).halfDone).toEqual([]);
  });

  test('that is not wanted any more leaves nothing', async () => {
    await using at = await freshStore();
    const stop = new AbortController();
    const making = bootstrapImage(at.store.parts, 'busybox', () => stop.abort(cancelled), stop.signal);
    await expect(making).rejects.toMatchObject({ code: 'cancelled' });
    expect(await at.store.contents()).toEqual({ blobs: [], layers: [], halfDone: [] });
  });

  test('is offered', async () => {
    expect((await starterAvailability())[0]).toEqual({ kind: 'busybox', available: true });
  });
});

/** Whether mmdebstrap is here, and this machine's apt sources answer it. @returns what is missing. */
async function missingForDebian(): Promise<string | undefined> {
  const program = await findProgram('mmdebstrap');
  if (program === undefined) return "needs Debian's package mmdebstrap";
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(await readFile('/etc/os-release', 'utf8'))?.[1];
  if (suite === undefined) return 'needs a machine that runs Debian';
  return run(program, ['--simulate', '--variant=minbase', suite, '/dev/null'], { timeout: 2 * MINUTES }).then(
    () => undefined,
    () => 'needs apt sources that answer',
  );
}

describeWith(['root', 'launcher'], 'a Debian image of this machine', () => {
  test('has Debian in it', { timeout: 5 * MINUTES }, async ({ skip }) => {
    const missing = await missingForDebian();
    if (missing !== undefined) skip(missing);
    await using at = await freshStore();
    const { parts } = at.store;
    const lines: string[] = [];
    const report = ({ output }: JobReport): void => void (output === undefined ? 0 : lines.push(output));
    const { name } = await bootstrapImage(parts, 'debian', report, never);
    expect(name).toMatch(/^estrato\/debian:[a-z]+$/);
    expect(lines.length).toBeGreaterThan(3);
    const [summary] = listImages(parts);
    expect(summary?.RepoTags).toContain('estrato/debian:latest');
    const tree = await parts.layers.unpacked(summary?.diffIds[0] ?? parseDigest('none'));
    expect(await readFile(join(tree, 'etc/os-release'), 'utf8')).toContain('ID=debian');
    expect((await readdir(join(tree, 'var/lib/apt/lists'))).filter((file) => file.includes('_'))).toEqual([]);
    const { stdout } = await run('chroot', [tree, '/usr/bin/dpkg-query', '-W', '-f', '${Status}', 'apt']);
    expect(stdout).toBe('install ok installed');
    expect((await at.store.contents()).halfDone).toEqual([]);
  });

  test(
    'that is not wanted any more ends its programs and leaves nothing',
    { timeout: 5 * MINUTES },
    async ({ skip }) => {
      if ((await findProgram('mmdebstrap')) === undefined) skip("needs Debian's package mmdebstrap");
      await using at = await freshStore();
      const stop = new AbortController();
      const making = bootstrapImage(at.store.parts, 'debian', () => stop.abort(cancelled), stop.signal);
      await expect(making).rejects.toMatchObject({ code: 'cancelled' });
      expect(await at.store.contents()).toEqual({ blobs: [], layers: [], halfDone: [] });
    },
  );
});
