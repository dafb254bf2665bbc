import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { busyboxPath, describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

describeWith(
  ['root', 'launcher', 'busybox', 'docker client', 'nftables'],
  'a network that keeps its containers apart',
  () => {
    const { engine, docker, image } = storyScene();
    const bridge = `est${randomBytes(4).toString('hex')}`;
    beforeEach(async () => {
      const options = ['-o', 'com.docker.network.bridge.enable_icc=false', '--ipv6', '--subnet', '2001:db8:7::/64'];
      const named = ['-o', `com.docker.network.bridge.name=${bridge}`];
      await docker.text('network', 'create', ...options, ...named, 'apart');
      await docker.text('run', '-d', '--name', 'one', '--network', 'apart', '--cap-add', 'NET_ADMIN', image, ...SLEEP);
      const serve = 'while true; do echo hello | nc -l -p 80; done';
      await docker.text('run', '-d', '--name', 'two', '--network', 'apart', '-p', '80', image, 'sh', '-c', serve);
    });
    afterEach(async () => {
      await engine.removeContainers();
      await docker.text('network', 'prune', '-f');
    });

    const SLEEP = ['sleep', '1000'];
    const ping = async (to: string): Promise<number | null> =>
      (await docker.run(['exec', 'one', 'ping', '-c', '1', '-W', '1', to])).code;
    const place = (field: string): Promise<string> =>
      docker.text('inspect', '-f', `{{.NetworkSettings.Networks.apart.${field}}}`, 'two');

    test('nothing passes between them, not by way of the gateway either', async () => {
      const [address, address6, gateway] = await Promise.all(['IPAddress', 'GlobalIPv6Address', 'Gateway'].map(place));
      expect(await ping(gateway ?? '')).toBe(0);
      expect(await ping(address ?? '')).toBe(1);
      expect(await ping(address6 ?? '')).toBe(1);
      await docker.text('exec', 'one', 'ip', 'route', 'add', `${address}/32`, 'via', gateway ?? '');
      expect(await ping(address ?? '')).toBe(1);
      // Where the firewall doesn't look at what passes a bridge, it is the ports that keep them apart.
      const ports = join('/sys/class/net', bridge, 'brif');
      const flags = (await readdir(ports)).map((port) => readFile(join(ports, port, 'isolated'), 'utf8'));
      expect(await Promise.all(flags)).toEqual(['1\n', '1\n']);
    });

    test('what is published is reached by the others too, and so are names', async () => {
      const gateway = await place('Gateway');
      const port = (await docker.text('port', 'two', '80/tcp')).split('\n')[0]?.split(':').at(-1) ?? '';
      const ask = `for i in $(seq 50); do nc -w 2 ${gateway} ${port} </dev/null | grep . && exit; usleep 50000; done`;
      expect(await docker.text('exec', 'one', 'sh', '-c', ask)).toBe('hello');
      const heard = async (): Promise<string> =>
        (await promisify(execFile)(busyboxPath, ['nc', '-w', '2', '127.0.0.1', port])).stdout.trim();
      await expect.poll(heard).toBe('hello');
      expect(await docker.text('exec', 'one', 'nslookup', '-type=a', 'two.')).toContain(await place('IPAddress'));
    });

    test('one that comes while it runs is apart as well', async () => {
      await docker.text('run', '-d', '--name', 'late', '--cap-add', 'NET_ADMIN', image, ...SLEEP);
      await docker.text('network', 'connect', 'apart', 'late');
      const address = await docker.text('inspect', '-f', '{{.NetworkSettings.Networks.apart.IPAddress}}', 'late');
      expect(address).toMatch(/^\d/);
      expect(await ping(address)).toBe(1);
    });
  },
);
