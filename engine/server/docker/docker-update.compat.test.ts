import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

const MEGABYTE = 1024 * 1024;

/** In either version of control groups, as the container sees its own. */
const READ_LIMITS =
  'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/pids/pids.max 2>/dev/null || cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max';

describeWith(['root', 'launcher', 'busybox', 'docker client', 'memory cgroup', 'pids cgroup'], 'docker update', () => {
  const { engine, docker, image } = storyScene();

  const limits = (): Promise<string> => docker.text('exec', 'box', 'sh', '-c', READ_LIMITS);
  const shown = (): Promise<string> =>
    docker.text('inspect', '-f', '{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}}', 'box');

  test('sets the limits of one that runs at once, and they stay through a restart of either', async () => {
    await docker.text('run', '-d', '--name', 'box', '-m', '64m', '--pids-limit', '50', image, 'sleep', '1000');
    expect(await limits()).toBe(`${64 * MEGABYTE}\n50`);
    expect(await docker.text('update', '-m', '80m', '--memory-swap', '0', 'box')).toBe('box');
    expect(await limits()).toBe(`${80 * MEGABYTE}\n50`);
    await docker.text('update', '--pids-limit', '60', 'box');
    expect(await limits()).toBe(`${80 * MEGABYTE}\n60`);
    await engine.restart();
    expect(await shown()).toBe(`${80 * MEGABYTE} 60`);
    await docker.text('restart', '-t', '0', 'box');
    expect(await limits()).toBe(`${80 * MEGABYTE}\n60`);
    await docker.text('update', '--pids-limit', '-1', 'box');
    expect(await limits()).toBe(`${80 * MEGABYTE}\nmax`);
  });

  test('of one that does not run they count from its start on', async () => {
    await docker.text('create', '--name', 'box', image, 'sleep', '1000');
    await docker.text('update', '-m', '96m', '--pids-limit', '70', 'box');
    await docker.text('start', 'box');
    expect(await limits()).toBe(`${96 * MEGABYTE}\n70`);
  });

  test('processors and block devices too, one way of saying it in the place of the other', async () => {
    const script =
      "cd /sys/fs/cgroup; cat cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us cpuset/cpuset.cpus 2>/dev/null || { tr ' ' '\\n' < cpu.max; cat cpuset.cpus; }";
    const felt = async (): Promise<string[]> => (await docker.text('exec', 'box', 'sh', '-c', script)).split('\n');
    await docker.text('run', '-d', '--name', 'box', '--cpus', '0.5', '--cpu-shares', '512', image, 'sleep', '1000');
    expect((await felt()).slice(0, 2)).toEqual(['50000', '100000']);
    await docker.text('update', '--cpu-period', '20000', '--cpu-quota', '4000', '--cpuset-cpus', '0', 'box');
    expect(await felt()).toEqual(['4000', '20000', '0']);
    const format =
      '{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}} {{.HostConfig.CpuShares}} {{.HostConfig.CpusetCpus}}';
    expect(await docker.text('inspect', '-f', format, 'box')).toBe('0 4000 512 0');
    await docker.text('update', '--cpus', '0.25', 'box');
    expect(await docker.text('inspect', '-f', format, 'box')).toBe('250000000 0 512 0');
    expect((await felt()).slice(0, 2)).toEqual(['25000', '100000']);
  });

  test('says what it does not do, and changes nothing then', async () => {
    await docker.text('create', '--name', 'box', '-m', '64m', image);
    for (const [option, value, words] of [
      ['--cpu-quota', '12', 'CPU cfs quota can not be less than 1ms'],
      ['--restart', 'sometimes', 'unknown policy'],
      ['-m', '1m', 'Minimum memory limit allowed is 6MB'],
    ] as const) {
      const { code, stderr } = await docker.run(['update', '--pids-limit', '9', option, value, 'box']);
      expect(code).toBe(1);
      expect(stderr).toContain(words);
    }
    expect(await shown()).toBe(`${64 * MEGABYTE} 0`);
  });
});
