import { expect, test } from 'vitest';
import { z } from 'zod';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

const counters = z.object({
  rx_bytes: z.number(),
  rx_packets: z.number(),
  tx_bytes: z.number(),
  tx_packets: z.number(),
});
const moved = z.object({ networks: z.object({ eth0: counters }) });

describeWith(['root', 'launcher', 'busybox', 'docker client', 'memory cgroup'], 'docker stats', () => {
  const { engine, docker, image } = storyScene();

  test('tells what one that runs uses, of what it may', async () => {
    const busy = 'sleep 1000 & while :; do :; done';
    await docker.text('run', '-d', '--name', 'box', '-m', '64m', image, 'sh', '-c', busy);
    const format = '{{.Name}} {{.PIDs}} {{.CPUPerc}} {{.MemUsage}}';
    const said = await docker.text('stats', '--no-stream', '--format', format, 'box');
    expect(said).toMatch(/^box 2 [\d.]+% [\d.]+(KiB|MiB) \/ 64MiB$/);
    expect(Number(/ ([\d.]+)%/.exec(said)?.[1])).toBeGreaterThan(0);
  });

  test('counts what goes over its network', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    const sample = async (): Promise<z.infer<typeof moved>> =>
      moved.parse(JSON.parse((await engine.ask('/containers/box/stats?stream=false&one-shot=true')).body));
    const gateway = await docker.text('inspect', '-f', '{{.NetworkSettings.Gateway}}', 'box');
    const before = (await sample()).networks.eth0;
    await docker.text('exec', 'box', 'ping', '-c', '3', '-i', '0.1', '-s', '1000', gateway);
    const after = (await sample()).networks.eth0;
    for (const way of ['rx', 'tx'] as const) {
      expect(after[`${way}_bytes`] - before[`${way}_bytes`]).toBeGreaterThan(3000);
      expect(after[`${way}_packets`] - before[`${way}_packets`]).toBeGreaterThanOrEqual(3);
    }
  });

  test('goes on telling until the client leaves', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    await using stats = docker.start(['stats', '--format', '<{{.Name}} {{.PIDs}}>', 'box']);
    await stats.until(/<box 1>[^]*<box 1>/);
    await docker.text('kill', 'box');
    await stats.until(/<box 0>/);
  });

  test('one sample is there at once, without one before it', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    const { status, body } = await engine.ask('/containers/box/stats?stream=false&one-shot=true');
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      name: '/box',
      preread: '0001-01-01T00:00:00Z',
      pids_stats: { current: 1 },
      precpu_stats: { cpu_usage: { total_usage: 0 } },
    });
    expect((await engine.ask('/containers/nosuch/stats')).status).toBe(404);
  });
});
