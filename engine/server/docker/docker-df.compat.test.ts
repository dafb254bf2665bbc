import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const usage = z.object({
  LayersSize: z.int(),
  Images: z.array(z.object({ Id: z.string(), Size: z.int(), SharedSize: z.int() })),
  Containers: z.array(z.object({ SizeRw: z.int(), SizeRootFs: z.int() })),
});

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'docker system df', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  let estrato: EstratoCli;
  beforeAll(async () => {
    engine = await startTestEngine();
    docker = new DockerCli(engine.host);
    estrato = new EstratoCli(engine);
    await engine.loadStory();
    const base = [{ name: 'base', body: 'x'.repeat(200_000) }];
    for (const name of ['one', 'two']) {
      const image = await makeImage([base, [{ name, body: name.repeat(1000) }]]);
      await engine.load(await dockerArchive({ image, names: [`${name}:1`] }));
    }
  });
  afterAll(() => engine[Symbol.asyncDispose]());

  /** What du(1) counts of every blob and every layer. */
  function onDisk(): number {
    const paths = ['blobs/sha256', 'layers'].flatMap((part) =>
      readdirSync(join(engine.dataRoot, part)).map((name) => join(engine.dataRoot, part, name)),
    );
    const lines = execFileSync('du', ['--block-size=1', '-s', ...paths], { encoding: 'utf8' });
    return lines.split('\n').reduce((sum, line) => sum + Number.parseInt(line || '0', 10), 0);
  }

  const df = async () => usage.parse(JSON.parse((await engine.ask('/system/df')).body));

  test('counts the store as du does, and its images add up to it', async () => {
    await expect.poll(async () => (await df()).LayersSize).toBe(onDisk());
    const { Images } = await df();
    const owned = Images.reduce((sum, { Size, SharedSize }) => sum + Size - SharedSize, 0);
    const { sharedBytes, ownedBytes, totalBytes } = await engine.call('images.storage', {});
    expect(owned).toBe(ownedBytes);
    expect(owned + sharedBytes).toBe(totalBytes);
    expect(sharedBytes).toBeGreaterThan(0);
    expect(await docker.text('system', 'df', '-v')).toMatch(/SHARED SIZE +UNIQUE SIZE/);
  });

  test('says what containers have written themselves', async () => {
    await docker.text('run', '--name', 'writer', 'story:1.0', 'sh', '-c', 'head -c 3000000 /dev/zero > /file');
    const { Containers } = await df();
    expect(Containers).toHaveLength(1);
    expect(Containers[0]?.SizeRw).toBe(3_000_000);
    expect(Containers[0]?.SizeRootFs).toBeGreaterThan(3_000_000);
    await docker.text('rm', 'writer');
  });

  test('says of each container what it takes, where that is asked for', async () => {
    const write = 'head -c 2000000 /dev/zero > /file; ln /file /again; ln -s /file /link';
    await docker.text('run', '--name', 'writer', 'story:1.0', 'sh', '-c', write);
    expect(await docker.text('ps', '-as', '--format', '{{.Names}} {{.Size}}')).toMatch(
      /^writer 2MB \(virtual [\d.]+MB\)$/,
    );
    expect(await docker.text('inspect', '-s', '-f', '{{.SizeRw}}', 'writer')).toBe('2000000');
    const rootfs = Number(await docker.text('inspect', '-s', '-f', '{{.SizeRootFs}}', 'writer'));
    expect(rootfs).toBe(2_000_000 + Number(await docker.text('inspect', '-f', '{{.Size}}', 'story:1.0')));
    expect(JSON.parse((await engine.ask('/containers/json?all=1')).body)).not.toHaveProperty('0.SizeRw');
    await docker.text('rm', 'writer');
  });

  test('what is promised on the command line is what the disk gives back', async () => {
    await estrato.text('trash', 'empty');
    const before = onDisk();
    const preview = z
      .object({ freedBytes: z.int() })
      .parse(JSON.parse(await estrato.text('rmi', 'one:1', '--preview', '--format', 'json')));
    expect(await estrato.text('rmi', 'one:1', '--for-good')).toContain('freed, as promised');
    expect(before - onDisk()).toBe(preview.freedBytes);
    expect(await estrato.text('df', '-v')).toMatch(/^all of it .*\n\nIMAGE/m);
    expect(await estrato.text('prune', '--all')).toContain('in the trash, as promised');
    expect((await df()).LayersSize).toBe(onDisk());
  });
});
