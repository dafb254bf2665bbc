import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import type { Ending } from '#engine/testing/watched-process.ts';

describeWith(['root', 'launcher', 'busybox', 'nftables'], 'estrato compose', () => {
  const { engine, estrato, image } = storyScene();
  let dir: TemporaryDirectory;
  beforeEach(async () => {
    dir = await temporaryDirectory('shop');
  });
  afterEach(() => dir[Symbol.asyncDispose]());

  const compose = (...words: readonly string[]): Promise<Ending> =>
    estrato.run(['compose', '-p', 'shop', '-f', join(dir.path, 'compose.yaml'), ...words]);
  const names = async (...words: readonly string[]): Promise<string> =>
    (await compose('ps', '--format', '{{.Name}} {{.State}}', ...words)).stdout;

  async function write(text: string): Promise<void> {
    await writeFile(join(dir.path, 'compose.yaml'), text.replaceAll('IMAGE', image));
  }

  const SHOP = `services:
  web:
    image: IMAGE
    command: ["sh", "-c", "cat /data/made; ping -c 1 db > /dev/null && echo reached; sleep 1000"]
    stop_signal: KILL
    depends_on: { db: { condition: service_healthy }, setup: { condition: service_completed_successfully } }
    volumes: ["data:/data"]
  db:
    image: IMAGE
    command: sleep 1000
    stop_signal: KILL
    healthcheck: { test: "true", interval: 1s }
  setup:
    image: IMAGE
    command: sh -c "echo \${WHAT:-made} > /data/made"
    volumes: ["data:/data"]
volumes: { data: {} }
`;

  test('up waits for what is waited for, is the same when said again, and down removes all of it', async () => {
    await write(SHOP);
    await writeFile(join(dir.path, '.env'), "WHAT='by hand'\n");
    const { code, stderr } = await compose('up', '-d');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await names()).toBe('shop-db-1 running\nshop-web-1 running\n');
    await expect
      .poll(async () => (await compose('logs', 'web')).stdout, { timeout: 30_000 })
      .toBe('web-1  | by hand\nweb-1  | reached\n');
    const before = await estrato.text('ps', '-q');
    await compose('up', '-d');
    expect(await estrato.text('ps', '-q')).toBe(before);
    // What was killed on the way is found again: the next one goes on from there.
    await estrato.text('rm', '-f', 'shop-web-1');
    expect((await compose('up', '-d')).stderr).toContain('Container shop-web-1  Started');

    const gone = await compose('down', '-v');
    expect(gone.stderr).toContain('Network shop_default  Removed');
    expect(gone.stderr).toContain('Volume shop_data  Removed');
    expect(await estrato.text('ps', '-aq')).toBe('');
    expect(await estrato.text('network', 'ls', '-q', '-f', 'label=com.docker.compose.project=shop')).toBe('');
  });

  test('one that is killed on its way leaves nothing that the next up, and down, do not know', async () => {
    await write(SHOP);
    const made = async (): Promise<number> =>
      ((await engine.ask('/containers/json?all=1')).body.match(/"Id":"[0-9a-f]{64}"/g) ?? []).length;
    for (const containers of [0, 1, 2]) {
      await using up = estrato.start(['compose', '-p', 'shop', '-f', join(dir.path, 'compose.yaml'), 'up', '-d']);
      // The first is killed as soon as there is anything at all: the network is what is made first.
      await expect
        .poll(
          async () =>
            containers === 0
              ? (await engine.ask('/networks/shop_default')).status === 200
              : (await made()) >= containers,
          { interval: 5, timeout: 30_000 },
        )
        .toBe(true);
      up.kill('SIGKILL');
      expect((await up.ended).code).toBeNull();
    }
    expect(await compose('up', '-d')).toMatchObject({ code: 0 });
    expect(await names()).toBe('shop-db-1 running\nshop-web-1 running\n');
    expect(await made()).toBe(3);
    expect(await compose('down', '-v')).toMatchObject({ code: 0 });
    expect(await made()).toBe(0);
    const ofShop = 'filters={"label":["com.docker.compose.project=shop"]}';
    for (const kind of ['networks', 'volumes'])
      expect((await engine.ask(`/${kind}?${ofShop}`)).body).not.toContain('shop_');
  });

  test('what the file says otherwise is made anew, and what it says no more goes when that is asked for', async () => {
    const worker =
      'services:\n  worker: { image: IMAGE, command: sleep 1000, stop_signal: KILL, labels: { v: "1" } }\n';
    await write(worker);
    await compose('up', '-d', '--scale', 'worker=3');
    expect(await names()).toBe('shop-worker-1 running\nshop-worker-2 running\nshop-worker-3 running\n');
    await compose('up', '-d', '--scale', 'worker=1');
    expect(await names('-a')).toBe('shop-worker-1 running\n');
    const id = await estrato.text('ps', '-q');
    await write(worker.replace('"1"', '"2"'));
    await compose('up', '-d');
    expect(await estrato.text('ps', '-q')).not.toBe(id);
    expect(await estrato.text('inspect', '-f', '{{.Config.Labels.v}}', 'shop-worker-1')).toBe('2');
    await write(worker.replace('worker:', 'other:'));
    await compose('up', '-d', '--remove-orphans');
    expect(await names('-a')).toBe('shop-other-1 running\n');
    await compose('down');
  });

  test('nothing is made of a file that is not understood, or of what a dependency can not give', async () => {
    await write('services:\n  a: { image: IMAGE }\n  b: { image: IMAGE, gpus: all }\n');
    expect(await compose('up', '-d')).toMatchObject({
      code: 1,
      stderr: `estrato: ${join(dir.path, 'compose.yaml')}:3: services.b.gpus is not supported here\n`,
    });
    expect(await estrato.text('ps', '-aq')).toBe('');
    await write(
      'services:\n  a: { image: IMAGE, depends_on: { b: { condition: service_completed_successfully } } }\n  b: { image: IMAGE, command: sh -c "exit 4" }\n',
    );
    const failed = await compose('up', '-d');
    expect([failed.code, failed.stderr]).toEqual([
      1,
      expect.stringContaining('dependency failed to start: b exited (4), which the service a needs'),
    ]);
    await compose('down');
  });

  test('up in the foreground shows what is said, builds what is to be built, and stops with Ctrl-C', async () => {
    await write('services:\n  a: { build: ., command: sh -c "echo said; sleep 1000", stop_signal: KILL }\n');
    await writeFile(join(dir.path, 'Dockerfile'), `FROM ${image}\nRUN echo > /built\n`);
    const words = ['compose', '-p', 'shop', '-f', join(dir.path, 'compose.yaml')];
    await using running = estrato.start([...words, 'up']);
    await running.until(/a-1 {2}\| said\n/);
    expect(await estrato.text('exec', 'shop-a-1', 'ls', '/built')).toBe('/built');
    running.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(await names('-a')).toBe('shop-a-1 exited\n');
    await compose('down');
  });
});
