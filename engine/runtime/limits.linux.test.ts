import { expect, test } from 'vitest';

import type { RuntimeResources, RuntimeSpec } from '#engine/oci/runtime-spec.ts';
import { busyboxPath, describeWith, launcherPath } from '#engine/testing/requires.ts';

import { runBox, startBox } from './testing/busybox-container.ts';

const machine = { launcherPath, busyboxPath };

function limited(resources: RuntimeResources): (spec: RuntimeSpec) => RuntimeSpec {
  return (spec) => ({ ...spec, linux: { ...spec.linux, resources: { ...spec.linux.resources, ...resources } } });
}

describeWith(['root', 'launcher', 'busybox', 'memory cgroup'], 'a memory limit', () => {
  // tail holds the last line, and of /dev/zero there is but one.
  const args = ['tail', '/dev/zero'];
  const change = limited({ memory: { limit: 32 * 1024 * 1024 } });

  test('ends a container that goes over it, which says why', async () => {
    const { status } = await runBox({ ...machine, args, change });
    expect(status).toMatchObject({ exitCode: 137, signal: 9, oomKilled: true });
  });

  test('is not the reason of any other end', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], change });
    await box.container.signal(9);
    expect(await box.container.wait()).toMatchObject({ exitCode: 137, oomKilled: false });
  });

  test('holds for a session too, and the container goes on', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], change });
    const { status } = await box.exec(args);
    expect(status).toMatchObject({ exitCode: 137, oomKilled: true });
    expect((await box.exec(['echo', 'here'])).stdout).toBe('here\n');
  });
});

describeWith(['root', 'launcher', 'busybox', 'pids cgroup'], 'a limit of processes', () => {
  test('stops a container from making more', async () => {
    const { stdout, stderr } = await runBox({
      ...machine,
      args: ['sh', '-c', 'for n in 1 2 3 4 5 6 7 8 9; do sleep 100 & echo $n; done'],
      change: limited({ pids: { limit: 5 } }),
    });
    expect(stdout.split('\n').length).toBeLessThan(7);
    expect(stderr).toContain("can't fork");
  });

  test('is said to whoever wants one more from outside', async () => {
    await using box = await startBox({ ...machine, args: ['sleep', '1000'], change: limited({ pids: { limit: 1 } }) });
    await expect(box.exec(['true'])).rejects.toThrow('start a process in the container');
    expect(await box.container.pids()).toEqual([box.container.pid]);
  });
});

describeWith(['root', 'launcher', 'busybox'], 'devices', () => {
  test('may be made, but only the usual ones be opened', async () => {
    const { stdout, stderr } = await runBox({
      ...machine,
      args: ['sh', '-c', 'mknod /mem c 1 1 && cat /mem | head -c 1; mknod /null c 1 3 && echo fine > /null && echo ok'],
    });
    expect(stdout).toBe('ok\n');
    expect(stderr).toContain("can't open '/mem': Operation not permitted");
  });
});
