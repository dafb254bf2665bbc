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

  test('gives memory to write in where the root is read-only, with the size and the mode that were asked for', async () => {
    const options = ['--read-only', '--tmpfs', '/mem:size=1m,mode=1770', '--tmpfs', '/srv/app'];
    const script = `touch /no 2>&1; dd if=/dev/zero of=/mem/file bs=1k count=2000 2>/dev/null; stat -c '%s' /mem/file
      stat -c '%a' /mem; ls -A /srv/app; touch /srv/app/yes && echo written; grep -c ' /mem tmpfs .*noexec' /proc/mounts`;
    const said = await docker.text('run', '--rm', ...options, image, 'sh', '-c', script);
    expect(said.split('\n')).toEqual(['touch: /no: Read-only file system', '1048576', '1770', 'written', '1']);
  });

  test('ends by the signal and within the time that were asked for', async () => {
    const script = 'trap "echo asked; exit 3" USR1; echo ready; while :; do sleep 0.05; done';
    await docker.text('run', '-d', '--name', 'box', '--stop-signal', 'USR1', image, 'sh', '-c', script);
    await using logs = docker.start(['logs', '-f', 'box']);
    await logs.until(/ready\n/);
    await docker.text('stop', 'box');
    await logs.until(/asked\n/);
    expect(await docker.text('wait', 'box')).toBe('3');
    // Who listens to nothing is killed once the time is over.
    await docker.text('run', '-d', '--name', 'deaf', '--stop-timeout', '0', image, 'sleep', '1000');
    await docker.text('stop', 'deaf');
    expect(await docker.text('wait', 'deaf')).toBe('137');
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
