import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';

import { afterEach, expect, test } from 'vitest';

import { busyboxPath, describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { TestHost } from '#engine/testing/test-host.ts';
import { WatchedProcess } from '#engine/testing/watched-process.ts';

const run = promisify(execFile);

/** Answers each connection with a line, and goes on. */
const HELLO = 'while true; do echo hello | nc -l -p 80; done';

describeWith(['root', 'launcher', 'busybox', 'docker client', 'nftables'], 'published ports', () => {
  const { engine, docker, image } = storyScene();
  afterEach(async () => {
    await engine.removeContainers();
    await docker.text('network', 'prune', '-f');
  });

  const serve = (name: string, ...options: readonly string[]): Promise<string> =>
    docker.text('run', '-d', '--name', name, ...options, image, 'sh', '-c', HELLO);

  /** What the machine itself is answered; the server may not listen yet. */
  async function ask(address: string, port: string, prefix: readonly string[] = []): Promise<string> {
    const script = `for i in $(seq 50); do ${busyboxPath} nc -w 2 ${address} ${port} </dev/null 2>/dev/null | grep . && exit; ${busyboxPath} usleep 50000; done; exit 1`;
    return (await run('env', [...prefix, 'sh', '-c', script])).stdout.trim();
  }

  const portOf = async (name: string, port = '80/tcp'): Promise<string> => {
    const [first = ''] = (await docker.text('port', name, port)).split('\n');
    return first.slice(first.lastIndexOf(':') + 1);
  };

  test('a port is reached over 127.0.0.1, [::1] and the addresses of the machine, and said', async () => {
    await serve('web', '-p', '80');
    const port = await portOf('web');
    expect(Number(port)).toBeGreaterThan(1023);
    for (const address of ['127.0.0.1', '::1']) expect(await ask(address, port), address).toBe('hello');
    // Older clients write `:::80` for `[::]:80`.
    const bracketed = (said: string): string => said.replace(/ :::/g, ' [::]:');
    expect(bracketed(await docker.text('port', 'web'))).toBe(`80/tcp -> 0.0.0.0:${port}\n80/tcp -> [::]:${port}`);
    expect(bracketed(await docker.text('ps', '--format', '{{.Ports}}'))).toBe(
      `0.0.0.0:${port}->80/tcp, [::]:${port}->80/tcp`,
    );
  });

  test('other machines reach a published port, and no other address of the container', async () => {
    await using other = await TestHost.make();
    await serve('web', '-p', '80');
    const port = await portOf('web');
    expect(await ask(other.gateway, port, other.prefix)).toBe('hello');
    expect(await ask(other.gateway6, port, other.prefix)).toBe('hello');
    const address = await docker.text('inspect', '-f', '{{.NetworkSettings.Networks.bridge.IPAddress}}', 'web');
    await expect(
      run('ip', ['netns', 'exec', other.name, busyboxPath, 'nc', '-w', '1', address, '80']),
    ).rejects.toThrow();
    const ping = ['exec', 'web', 'ping', '-c', '1', '-W', '2', other.address];
    expect((await docker.run(ping)).code).toBe(0);
  });

  test('a container reaches its own published port, and those of others in any network', async () => {
    await using host = await TestHost.make();
    await docker.text('network', 'create', 'apart');
    await serve('web', '-p', '80');
    await docker.text('run', '-d', '--name', 'far', '--network', 'apart', image, 'sleep', '1000');
    const port = await portOf('web');
    for (const from of ['web', 'far']) {
      const { stdout } = await docker.run(['exec', from, 'sh', '-c', `nc -w 2 ${host.gateway} ${port} </dev/null`]);
      expect(stdout, from).toBe('hello\n');
    }
  });

  test('only the address that was asked for has the port', async () => {
    await using other = await TestHost.make();
    await serve('web', '-p', '127.0.0.1::80');
    const port = await portOf('web');
    expect(await ask('127.0.0.1', port)).toBe('hello');
    await expect(
      run('ip', ['netns', 'exec', other.name, busyboxPath, 'nc', '-w', '1', other.gateway, port]),
    ).rejects.toThrow();
  });

  test.each(['127.0.0.1', '::1'])('datagrams come and go over %s', async (address) => {
    await docker.text('run', '-d', '--name', 'echo', '-p', '7/udp', image, 'sleep', '1000');
    const pid = await docker.text('inspect', '-f', '{{.State.Pid}}', 'echo');
    // Busybox has no server of datagrams: a program of the test's own is put into the container's network.
    const program = `require('dgram').createSocket('udp4').on('message', function (m, from) { this.send(m, from.port, from.address); }).bind(7)`;
    const args = ['-t', pid, '-n', process.execPath, '-e', program];
    await using _server = new WatchedProcess('nsenter', args, process.env);
    expect(await echoed(address, Number(await portOf('echo', '7/udp')))).toBe('ping');
  });

  test('of a range the first free one is taken', async () => {
    await using held = await listenSomewhere();
    const range = `127.0.0.1:${held.port}-${held.port + 20}:80`;
    await serve('web', '-p', range);
    expect(Number(await portOf('web'))).toBeGreaterThan(held.port);
  });

  test('a port in use is refused, with who has it', async () => {
    await using held = await listenSomewhere();
    const mine = await docker.run(['run', '--rm', '-p', `127.0.0.1:${held.port}:80`, image, 'true']);
    expect(mine.code).toBe(125);
    expect(mine.stderr).toContain(`Bind for 127.0.0.1:${held.port} failed: port is already allocated`);
    expect(mine.stderr).toContain(`(pid ${process.pid}) listens there`);
    await serve('web', '-p', '80');
    const port = await portOf('web');
    const again = await docker.run(['run', '--name', 'late', '-p', `${port}:80`, image, 'true']);
    expect(again.stderr).toContain('port is already allocated: the container web listens there');
    await docker.text('rm', '-f', 'web');
    expect((await docker.run(['start', 'late'])).code).toBe(0);
  });

  test('-P publishes what is exposed, and more is not published', async () => {
    await serve('web', '-P', '--expose', '80', '--expose', '90/udp');
    const ports = await docker.text('port', 'web');
    expect(ports).toMatch(/^80\/tcp -> 0\.0\.0\.0:\d+$/m);
    expect(ports).toMatch(/^90\/udp -> 0\.0\.0\.0:\d+$/m);
    await serve('shy', '--expose', '80');
    expect(await docker.text('port', 'shy')).toBe('');
    expect(await docker.text('ps', '--filter', 'name=shy', '--format', '{{.Ports}}')).toBe('80/tcp');
  });

  test('a killed engine’s container keeps its port, and the next engine the rules', async () => {
    await serve('web', '-p', '80');
    const port = await portOf('web');
    await engine.kill('SIGKILL');
    for (const address of ['127.0.0.1', '::1']) expect(await ask(address, port), address).toBe('hello');
    await engine.start();
    for (const address of ['127.0.0.1', '::1']) expect(await ask(address, port), address).toBe('hello');
    expect(await portOf('web')).toBe(port);
  });
});

/** What comes back of a datagram that is sent until something does: the server may not listen yet. */
async function echoed(address: string, port: number): Promise<string> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const again = setInterval(() => socket.send('ping', port, address), 100);
  try {
    const { promise, resolve } = Promise.withResolvers<string>();
    socket.on('message', (bytes) => resolve(bytes.toString()));
    return await promise;
  } finally {
    clearInterval(again);
    socket.close();
  }
}

async function listenSomewhere(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
