import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { BuildRecord, BuildWish } from '#engine/contract/build.ts';
import { buildWish } from '#engine/testing/build-wish.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { inPieces, tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

import { connectEngine, type ConnectedEngine } from './connect-engine.ts';

describeWith(['root', 'launcher', 'busybox'], 'builds that windows begin', () => {
  let engine: TestEngine;
  let connected: ConnectedEngine;
  let folder: TemporaryDirectory;
  beforeAll(async () => {
    engine = await startTestEngine();
    connected = await connectEngine(engine.socketPath);
    folder = await temporaryDirectory('windows-build');
    await engine.loadStory('base:latest');
  });
  afterAll(async () => {
    connected[Symbol.dispose]();
    await engine[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  const wish = (dockerfile: string, more: Partial<BuildWish> = {}): BuildWish =>
    buildWish(folder.path, dockerfile, more);
  const ended = async (build: string): Promise<BuildRecord | undefined> => {
    let last: BuildRecord | undefined;
    for await (const record of connected.client.stream('builds.watch', { build })) last = record;
    return last;
  };
  const started = async (asked: BuildWish): Promise<BuildRecord | undefined> =>
    ended((await connected.client.call('builds.start', asked)).build);

  test('a folder that goes up as a tar is built, without what its .dockerignore leaves out', async () => {
    const asked = wish('FROM base\nCOPY . /in\nRUN ls /in\n', { folder: 'app', ignore: '*.log\n' });
    const duplex = connected.client.duplex('builds.startFrom', asked);
    for await (const piece of inPieces(await tarOf({ name: 'a', body: 'one' }, { name: 'b.log', body: 'two' })))
      await duplex.write(piece);
    duplex.end();
    const record = await ended((await duplex.answer).build);
    expect(record).toMatchObject({ state: 'done', project: 'app Dockerfile' });
    expect(record?.steps.at(-1)?.log).toBe('a\n');
  });

  test('what is no tar is refused, and no build begins', async () => {
    const before = await engine.call('builds.list', {});
    const duplex = connected.client.duplex('builds.startFrom', wish('FROM base\n'));
    await duplex.write(Buffer.alloc(2048, 'x'));
    duplex.end();
    await expect(duplex.answer).rejects.toMatchObject({ code: 'corrupt' });
    expect(await engine.call('builds.list', {})).toEqual(before);
  });

  test('a secret is read from a file of this machine, and is in no record', async () => {
    await writeFile(join(folder.path, 'token'), 'hunter2');
    const asked = wish('FROM base\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token\n');
    const record = await started({ ...asked, secretFiles: { token: join(folder.path, 'token') } });
    expect(record?.steps.at(-1)?.log.trim()).toBe('7');
    expect(JSON.stringify(record)).not.toContain('hunter2');
    const none = started({ ...asked, secretFiles: { token: join(folder.path, 'none') } });
    await expect(none).rejects.toThrow(`The secret token is no file at ${folder.path}/none`);
  });

  test('a record tells the stage that was wanted, and when each step was begun', async () => {
    const text =
      'FROM base AS one\nRUN true\nFROM base AS two\nCOPY --from=one /bin/busybox /copied\nFROM two AS three\n';
    const record = await started(wish(text, { target: 'two' }));
    expect(record?.target).toBe('two');
    const steps = record?.steps ?? [];
    expect(steps.map(({ stage }) => stage)).toEqual(['one', 'one', 'two', 'two']);
    const [from, run] = steps.map(({ startedMs = -1, durationMs = -1 }) => [startedMs, startedMs + durationMs]);
    expect(from?.[0]).toBeGreaterThanOrEqual(0);
    expect(run?.[0]).toBeGreaterThanOrEqual(from?.[1] ?? Infinity);
  });
});
