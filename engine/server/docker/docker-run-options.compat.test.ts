import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'docker run', () => {
  const { docker, image } = storyScene();

  test('gives groups, names of hosts and shared memory beside', async () => {
    const script = 'id -G; grep -w db /etc/hosts; grep -w six /etc/hosts; df -k /dev/shm | tail -n 1';
    const options = ['--group-add', 'nogroup', '--group-add', '4321', '--shm-size', '8m'];
    const hosts = ['--add-host', 'db:10.1.2.3', '--add-host', 'six:::1'];
    const said = await docker.text('run', '--name', 'box', ...options, ...hosts, image, 'sh', '-c', script);
    const [groups = '', db, six, memory = ''] = said.split('\n');
    expect(groups.split(' ')).toEqual(expect.arrayContaining(['0', '65534', '4321']));
    expect([db, six]).toEqual(['10.1.2.3\tdb', '::1\tsix']);
    expect(memory).toMatch(/^shm +8192 /);
    const format = '{{.HostConfig.GroupAdd}} {{.HostConfig.ExtraHosts}} {{.HostConfig.ShmSize}}';
    expect(await docker.text('inspect', '-f', format, 'box')).toBe('[nogroup 4321] [db:10.1.2.3 six:::1] 8388608');
    const { code, stderr } = await docker.run(['run', '--rm', '--group-add', 'nosuch', image, 'true']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('unable to find group nosuch');
  });

  test('refuses an address that is none in a sentence', async () => {
    const { code, stderr } = await docker.run(['run', '--rm', '--add-host', 'db:nowhere', image, 'true']);
    expect(code).toBe(125);
    expect(stderr.toLowerCase()).toContain('invalid ip address in add-host');
  });

  test.each([
    [['--gpus', 'all'], 'could not select device driver'],
    [['--storage-opt', 'size=1g'], '--storage-opt is supported only for overlay over xfs'],
  ])('refuses %j as Docker does where there is no such thing', async (options, sentence) => {
    const { code, stderr } = await docker.run(['run', '--rm', ...options, image, 'true']);
    expect([code, stderr]).toEqual([125, expect.stringContaining(sentence)]);
  });
});
