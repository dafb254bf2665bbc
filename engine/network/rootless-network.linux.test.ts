import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { busyboxPath, describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';
import { TestHost } from '#engine/testing/test-host.ts';

const run = promisify(execFile);
const NOBODY = 65_534;
const needs = ['root', 'launcher', 'busybox', 'docker client', 'nftables', 'slirp4netns', 'open checkout'] as const;

/** Answers each connection with a line, and goes on. */
const HELLO = 'while true; do echo hello | nc -l -p 80; done';

describeWith(needs, 'networks of somebody who is not root', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  let image = '';
  beforeAll(async () => {
    engine = await startTestEngine({ uid: NOBODY });
    docker = new DockerCli(engine.host);
    image = await engine.loadStory();
  });
  afterEach(() => engine.removeContainers());
  afterAll(() => engine[Symbol.asyncDispose]());

  const start = (...options: readonly string[]): Promise<string> =>
    docker.text('run', '-d', ...options, image, 'sh', '-c', HELLO);
  const addressOf = (id: string): Promise<string> =>
    docker.text('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', id);
  const ping = async (from: string, address: string): Promise<number | null> =>
    (await docker.run(['exec', from, 'ping', '-c', '1', '-W', '2', address])).code;

  /** The server may not listen yet. */
  async function ask(address: string, port: string): Promise<string> {
    const script = `for i in $(seq 50); do ${busyboxPath} nc -w 2 ${address} ${port} </dev/null 2>/dev/null | grep . && exit; ${busyboxPath} usleep 50000; done; exit 1`;
    return (await run('sh', ['-c', script])).stdout.trim();
  }

  test('containers reach each other, and a killed engine changes nothing about it', async () => {
    const [one, other] = [await start(), await start()];
    expect(await ping(one, await addressOf(other))).toBe(0);
    await engine.restart('SIGKILL');
    expect(await ping(one, await addressOf(other))).toBe(0);
    // slirp4netns(1): the machine, as whoever is behind it sees it.
    expect(await ping(one, '10.0.2.2')).toBe(0);
    const late = await start();
    expect(await ping(late, await addressOf(one))).toBe(0);
  });

  test('they reach other machines', async () => {
    await using other = await TestHost.make();
    const [program, ...args] = [...other.prefix, busyboxPath, 'nc', '-l', '-p', '8000'];
    using server = spawn(program, args);
    server.stdin.end('from another machine');
    const id = await start();
    const script = `for i in $(seq 50); do nc -w 2 ${other.address} 8000 | grep . && exit; usleep 50000; done; exit 1`;
    expect(await docker.text('exec', id, 'sh', '-c', script)).toBe('from another machine');
  });

  test('networks of their own keep them apart', async () => {
    await docker.text('network', 'create', 'apart');
    const [one, other] = [await start(), await start('--network', 'apart')];
    expect(await ping(one, await addressOf(other))).not.toBe(0);
    await docker.text('rm', '-f', other);
    await docker.text('network', 'rm', 'apart');
  });

  test('they find each other by name, after a restart of the engine too', async () => {
    await docker.text('network', 'create', 'named');
    await start('--network', 'named', '--name', 'web');
    const other = await start('--network', 'named');
    expect(await ping(other, 'web')).toBe(0);
    await engine.restart('SIGKILL');
    expect(await ping(other, 'web')).toBe(0);
    expect(await ping(other, 'nobody')).not.toBe(0);
    await engine.removeContainers();
    await docker.text('network', 'rm', 'named');
  });

  test('a port is published on the machine, over IPv6 too', async () => {
    const id = await start('-p', '80');
    const [line = ''] = (await docker.text('port', id, '80/tcp')).split('\n');
    const port = line.slice(line.lastIndexOf(':') + 1);
    expect(await ask('127.0.0.1', port)).toBe('hello');
    expect(await ask('::1', port)).toBe('hello');
    await engine.restart('SIGKILL');
    expect(await ask('127.0.0.1', port)).toBe('hello');
  });

  test('a port that is not theirs to listen on is refused with what to do', async () => {
    const first = Number(await readFile('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
    const { code, stderr } = await docker.run(['run', '-d', '-p', '127.0.0.1:1:80', image, 'true']);
    expect(code).toBe(first <= 1 ? 0 : 125);
    if (first > 1) expect(stderr).toContain('sudo sysctl -w net.ipv4.ip_unprivileged_port_start=1');
  });

  test('nothing is left once the engine has ended without containers', async () => {
    await start();
    const record = await readFile(`${engine.dataRoot}/uplink.json`, 'utf8');
    const [keeper = ''] = /\d+/.exec(record) ?? [];
    await engine.removeContainers();
    await engine.kill('SIGTERM');
    const isGone = async (): Promise<boolean> => {
      const words = await readFile(`/proc/${keeper}/cmdline`, 'utf8').catch(() => '');
      return !words.includes('uplink');
    };
    for (let round = 0; round < 100 && !(await isGone()); round += 1) await pause(20);
    expect(await isGone()).toBe(true);
    await engine.start();
  });
});
