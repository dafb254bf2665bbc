import { readdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

const PARENT = `/estrato-test-${process.pid}`;

/** Of every hierarchy: where a group of that name is. */
function groupsNamed(path: string): readonly string[] {
  const root = '/sys/fs/cgroup';
  const places = [root, ...readdirSync(root).map((name) => join(root, name))];
  return places.flatMap((place) => {
    try {
      return readdirSync(join(place, path)).map((name) => join(place, path, name));
    } catch {
      return [];
    }
  });
}

const idsIn = (path: string): readonly string[] => groupsNamed(path).filter((dir) => /[0-9a-f]{64}$/.test(dir));

describeWith(['root', 'launcher', 'busybox', 'docker client', 'pids cgroup'], 'docker run --cgroup-parent', () => {
  const { engine, docker, image } = storyScene();
  // A parent is whoever's named it, and stays.
  afterAll(() => {
    for (const dir of groupsNamed('/').filter((place) => place.endsWith(PARENT))) rmdirSync(dir);
  });

  test('a container is there, with its limits and its sessions, and nothing of it afterwards', async () => {
    const options = ['--name', 'box', '--cgroup-parent', PARENT, '--pids-limit', '40'];
    const id = await docker.text('run', '-d', ...options, image, 'sleep', '1000');
    expect(await docker.text('inspect', '-f', '{{.HostConfig.CgroupParent}}', 'box')).toBe(PARENT);
    const groups = idsIn(PARENT);
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.every((dir) => dir.endsWith(`${PARENT}/${id}`))).toBe(true);
    expect(idsIn('/estrato').some((dir) => dir.endsWith(id))).toBe(false);
    expect(
      await docker.text('exec', 'box', 'sh', '-c', 'cat /sys/fs/cgroup/pids/pids.max || cat /sys/fs/cgroup/pids.max'),
    ).toBe('40');
    await docker.text('rm', '-f', 'box');
    expect(idsIn(PARENT)).toEqual([]);
  });

  test('one that has ended has none, and has its limits again when it is started again', async () => {
    const options = ['--name', 'box', '--cgroup-parent', PARENT, '--pids-limit', '40'];
    await docker.text('run', '-d', ...options, image, 'sleep', '1000');
    await docker.text('kill', 'box');
    await expect.poll(() => idsIn(PARENT)).toEqual([]);
    await docker.text('start', 'box');
    expect(idsIn(PARENT).length).toBeGreaterThan(0);
    expect(
      await docker.text('exec', 'box', 'sh', '-c', 'cat /sys/fs/cgroup/pids/pids.max || cat /sys/fs/cgroup/pids.max'),
    ).toBe('40');
    await docker.text('restart', '-t', '0', 'box');
    expect(await docker.text('exec', 'box', 'echo', 'runs')).toBe('runs');
    await docker.text('rm', '-f', 'box');
    expect(idsIn(PARENT)).toEqual([]);
  });

  test('an engine that was killed finds it there again, and the end of one that nobody saw leaves nothing', async () => {
    await docker.text('run', '-d', '--name', 'box', '--cgroup-parent', PARENT, image, 'sleep', '1000');
    await engine.restart('SIGKILL');
    expect(await docker.text('top', 'box')).toContain('sleep 1000');
    const pid = Number(await docker.text('inspect', '-f', '{{.State.Pid}}', 'box'));
    await engine.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await engine.start();
    await expect.poll(() => docker.text('inspect', '-f', '{{.State.Status}}', 'box')).toBe('exited');
    expect(idsIn(PARENT)).toEqual([]);
  });

  test.each(['system.slice:estrato:x', '/a/../../b'])('%s is refused in a sentence', async (parent) => {
    const { code, stderr } = await docker.run(['run', '--rm', '--cgroup-parent', parent, image, 'true']);
    expect(code).toBe(125);
    expect(stderr).toContain('is no parent for control groups; write a path such as /builds.');
  });
});
