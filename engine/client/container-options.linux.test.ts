import { afterAll, beforeAll, expect, test } from 'vitest';

import type { EngineClient } from '#engine/contract/client.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

import { connectEngine, type ConnectedEngine } from './connect-engine.ts';

const MEGABYTE = 1024 * 1024;
const NS_PER_MS = 1_000_000;

describeWith(['root', 'launcher', 'busybox', 'docker client', 'memory cgroup'], 'what a container is made with', () => {
  const { engine, docker, image } = storyScene();
  let connection: ConnectedEngine;
  let client: EngineClient;
  beforeAll(async () => {
    connection = await connectEngine(engine.socketPath);
    ({ client } = connection);
  });
  afterAll(() => connection[Symbol.dispose]());

  test('is shown as it was asked for, and is what Docker shows', async () => {
    const { id } = await client.call('containers.create', {
      image,
      command: ['sleep', '1000'],
      tty: false,
      openStdin: false,
      memoryBytes: 64 * MEGABYTE,
      pidsLimit: 50,
      limits: { cpuShares: 512, nanoCpus: 500_000_000 },
      restartPolicy: { name: 'on-failure', maximumRetries: 3 },
      healthCheck: { test: ['CMD', 'true'], interval: 50 * NS_PER_MS },
      isolation: { init: true, ulimits: [{ name: 'nofile', soft: 64, hard: 64 }] },
      capAdd: ['NET_ADMIN'],
    });
    await client.call('containers.start', { id });
    await expect
      .poll(async () => (await client.call('containers.get', { id })).summary.health, { timeout: 30_000 })
      .toBe('healthy');
    expect(await client.call('containers.get', { id })).toMatchObject({
      memoryBytes: 64 * MEGABYTE,
      pidsLimit: 50,
      limits: { cpuShares: 512, nanoCpus: 500_000_000 },
      restartPolicy: { name: 'on-failure', maximumRetries: 3 },
      restartCount: 0,
      healthCheck: { test: ['CMD', 'true'], interval: 50 * NS_PER_MS },
      isolation: { init: true, ulimits: [{ name: 'nofile', soft: 64, hard: 64 }] },
      capAdd: ['CAP_NET_ADMIN'],
    });
    const format = '{{.HostConfig.RestartPolicy.Name}} {{.HostConfig.CpuShares}} {{.HostConfig.Init}}';
    expect(await docker.text('inspect', '-f', format, id)).toBe('on-failure 512 true');
    expect(await docker.text('exec', id, 'sh', '-c', 'ulimit -Hn')).toBe('64');
  });

  test('is changed while it runs, and its name too', async () => {
    const id = await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    await client.call('containers.update', {
      id,
      memoryBytes: 96 * MEGABYTE,
      limits: { nanoCpus: 250_000_000 },
      restartPolicy: { name: 'always', maximumRetries: 0 },
    });
    await client.call('containers.rename', { id, name: 'other' });
    await client.call('containers.pause', { id });
    expect(await client.call('containers.get', { id })).toMatchObject({
      summary: { Names: ['/other'], State: 'paused' },
      memoryBytes: 96 * MEGABYTE,
      limits: { nanoCpus: 250_000_000 },
      restartPolicy: { name: 'always', maximumRetries: 0 },
    });
    await client.call('containers.unpause', { id });
    expect((await client.call('containers.get', { id })).summary.State).toBe('running');
  });

  test('becomes an image', async () => {
    const id = await docker.text('run', '-d', image, 'sh', '-c', 'echo hi > /said; sleep 1000');
    await expect.poll(() => docker.text('diff', id), { timeout: 30_000 }).toContain('/said');
    const changes = ['CMD ["cat", "/said"]'];
    const made = await client.call('containers.commit', { id, reference: 'made:1', changes, pause: true });
    expect(made.image).toBe(await docker.text('image', 'inspect', '-f', '{{.Id}}', 'made:1'));
    expect(await docker.text('run', '--rm', 'made:1')).toBe('hi');
  });
});
