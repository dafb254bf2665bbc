import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { buildScene } from '#engine/testing/build-scene.ts';
import { describeWith } from '#engine/testing/requires.ts';

import { makeContext } from './testing/make-context.ts';

describeWith(['root', 'launcher', 'busybox'], 'builds beside one another', () => {
  const { engine, docker, estrato, folder } = buildScene('builds-at-once');

  test('a step that several want at once is carried out once, and all have its layer', async () => {
    const names = ['one', 'two', 'three'];
    const step = 'RUN --mount=type=cache,id=runs,target=/runs echo run >> /runs/count && sleep 0.5 && date +%N > /made';
    for (const name of names) await makeContext(folder(name), `FROM base\n${step}\nLABEL name=${name}`);
    const images = await Promise.all(names.map((name) => estrato.text('build', '-q', folder(name))));
    expect(new Set(images)).toHaveLength(3);
    const layers = images.map((image) => docker.text('inspect', '-f', '{{json .RootFS.Layers}}', image));
    expect(new Set(await Promise.all(layers))).toHaveLength(1);
    const caches = join(engine.dataRoot, 'build-cache');
    const [cache = ''] = await readdir(caches);
    expect(await readFile(join(caches, cache, 'count'), 'utf8')).toBe('run\n');
  });

  test('what changes no file makes a row of history, and no layer', async () => {
    const plain = ['ENV A=b', 'LABEL c=d', 'EXPOSE 80', 'VOLUME /v', 'USER 1:1', 'CMD ["x"]', 'STOPSIGNAL SIGINT'];
    await makeContext(folder('plain'), ['FROM scratch', 'COPY a /', ...plain].join('\n'), { a: 'a' });
    const image = await estrato.text('build', '-q', folder('plain'));
    expect(JSON.parse(await docker.text('inspect', '-f', '{{json .RootFS.Layers}}', image))).toHaveLength(1);
    const rows = (await docker.text('history', '--no-trunc', '--format', '{{.CreatedBy}}', image)).split('\n');
    expect(rows).toEqual([...plain.toReversed(), 'COPY a /']);
  });

  test('a build that is cancelled leaves nothing, wherever it was, and its record says so', async () => {
    const text =
      'FROM base AS one\nRUN sleep 30\nFROM base\nRUN echo a > /a\nCOPY . /b\nRUN sleep 30\nCOPY --from=one / /c';
    await makeContext(folder('cancelled'), text, { file: 'x' });
    for (const reached of ['RUN sleep 30', 'COPY . /b']) {
      await using building = estrato.start(['build', '--progress', 'plain', folder('cancelled')]);
      await expect.poll(() => building.stderr).toContain(`] ${reached}`);
      building.kill('SIGINT');
      expect((await building.ended).code).not.toBe(0);
      await expect.poll(async () => (await engine.call('builds.list', {}))[0]?.state).toBe('cancelled');
      await expect.poll(() => docker.text('ps', '-aq')).toBe('');
      await expect.poll(() => readdir(join(engine.dataRoot, 'tmp'))).toEqual([]);
    }
  });

  test('a build whose engine is killed has a record of what it had come to', async () => {
    await makeContext(folder('killed'), 'FROM base\nRUN echo first\nRUN echo second; sleep 30');
    await using building = docker.start(['build', folder('killed')]);
    // What was told a moment ago is written down.
    await expect
      .poll(async () => (await engine.call('builds.list', {}))[0]?.steps.map(({ state }) => state))
      .toEqual(['done', 'done', 'running']);
    await engine.restart('SIGKILL');
    await building.ended;
    const [record] = await engine.call('builds.list', {});
    expect(record).toMatchObject({ state: 'failed', error: 'The engine ended while this was being built.' });
    expect(record?.steps.map(({ text }) => text)).toEqual(['FROM base', 'RUN echo first', 'RUN echo second; sleep 30']);
  });
});
