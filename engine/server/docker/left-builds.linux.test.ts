import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { BuildRecord } from '#engine/contract/build.ts';
import { buildWish } from '#engine/testing/build-wish.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { BuildxClient } from './buildkit/testing/buildx-client.ts';

/** Long enough that nobody waits for its end. */
const Dockerfile = 'FROM base\nRUN echo begun; sleep 1000';

describeWith(['root', 'launcher', 'busybox'], 'a build whose client leaves', () => {
  const { engine, estrato, docker } = storyScene('base:latest');
  let dir: TemporaryDirectory;
  beforeAll(async () => {
    dir = await temporaryDirectory('left');
    await mkdir(join(dir.path, 'context'));
    await writeFile(join(dir.path, 'context/Dockerfile'), Dockerfile);
  });
  afterAll(() => dir[Symbol.asyncDispose]());

  const last = async (): Promise<BuildRecord | undefined> => (await engine.call('builds.list', {}))[0];
  const untilBegun = (known?: string): Promise<void> =>
    expect
      .poll(
        async () => {
          const build = await last();
          return build?.id === known ? undefined : build?.steps.at(-1)?.state;
        },
        { timeout: 30_000 },
      )
      .toBe('running');
  /** Its record says so, and its step is no container any more. */
  const expectCancelled = async (): Promise<void> => {
    await expect.poll(async () => (await last())?.state, { timeout: 30_000 }).toBe('cancelled');
    await expect.poll(() => docker.text('ps', '-aq'), { timeout: 30_000 }).toBe('');
  };

  test("ends, of Docker's classic door", async () => {
    const known = (await last())?.id;
    const asked = request({ socketPath: engine.socketPath, path: '/build?networkmode=none', method: 'POST' });
    asked.on('error', () => undefined).end(await tarOf({ name: 'Dockerfile', body: Dockerfile }));
    await once(asked, 'response');
    await untilBegun(known);
    asked.destroy();
    await expectCancelled();
  });

  test('ends, of the command line at Ctrl-C, and with other results than an image, too', async () => {
    for (const options of [[], ['--output', join(dir.path, 'out')]]) {
      const known = (await last())?.id;
      await using started = estrato.start(['build', '--network', 'none', ...options, join(dir.path, 'context')]);
      await untilBegun(known);
      started.kill('SIGINT');
      expect((await started.ended).code).not.toBe(0);
      await expectCancelled();
    }
  });

  test("ends, of BuildKit's service", async () => {
    const known = (await last())?.id;
    const files = { Dockerfile };
    const buildx = await BuildxClient.open(engine.socketPath);
    const options = { 'force-network-mode': 'none' };
    const building = buildx.build({ options, names: '', folders: { context: files, dockerfile: files } });
    building.catch(() => undefined);
    await untilBegun(known);
    buildx[Symbol.dispose]();
    await expect(building).rejects.toThrow();
    await expectCancelled();
  });

  test('goes on where that was asked for, until somebody cancels it', async () => {
    const known = (await last())?.id;
    await engine.call('builds.start', buildWish(join(dir.path, 'context'), Dockerfile));
    await untilBegun(known);
    const { id = '', job = '' } = (await last()) ?? {};
    expect(id).not.toBe(known);
    await engine.call('jobs.cancel', { id: job });
    await expectCancelled();
  });
});
