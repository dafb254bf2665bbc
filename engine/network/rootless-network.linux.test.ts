import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { busyboxPath, describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';
import { TestHost } from '#engine/testing/test-host.ts';

const run = promisify(execFile);
const NOBODY = 65_534;
const needs = ['root', 'launcher', 'busybox', 'docker client', 'nftables', 'open checkout'] as const;
/** Who connects them, and what must not be there for it. */
const connectors = [
  { program: 'slirp4netns', without: '/usr/bin/pasta' },
  { program: 'pasta', without: '/usr/bin/slirp4netns' },
] as const;

/** Answers each connection with a line, and goes on. */
const HELLO = 'while true; do echo hello | nc -l -p 80; done';

/** Another machine than the engine's: this one. */
async function greetAt(address: string): Promise<AsyncDisposable> {
  const server = createServer((client) => client.end('from another machine'));
  server.listen(8000, address);
  await once(server, 'listening');
  return server;
}

/** Both halves of the connection stay open till the greeting is there: of pasta of 2023 it would not come otherwise. */
async function greetingFrom(docker: DockerCli, id: string, address: string): Promise<string> {
  const ask = `nc -w 2 ${address} 8000 <>/open | grep . && exit`;
  const script = `mkfifo /open; for i in $(seq 10); do ${ask}; usleep 50000; done; exit 1`;
  return docker.text('exec', id, 'sh', '-c', script);
}

describe.each(connectors)('$program', ({ program, without }) =>
  describeWith([...needs, program], 'connects networks of somebody who is not root', () => {
    let engine: TestEngine;
    let docker: DockerCli;
    let image = '';
    beforeAll(async () => {
      engine = await startTestEngine({ uid: NOBODY, without });
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
      expect(await connectorOf(engine)).toBe(program);
      const late = await start();
      expect(await ping(late, await addressOf(one))).toBe(0);
    });

    test('they reach another machine', async () => {
      await using home = await TestHost.make();
      await using away = await startTestEngine({ uid: NOBODY, without, home });
      const client = new DockerCli(away.host);
      const name = await away.loadStory();
      await using _server = await greetAt(home.gateway);
      const id = await client.text('run', '-d', name, 'sleep', '1000');
      expect(await greetingFrom(client, id, home.gateway)).toBe('from another machine');
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
  }),
);

/** The program that the engine's keeper of the network has started. */
async function connectorOf({ dataRoot }: TestEngine): Promise<string> {
  const [keeper = ''] = /\d+/.exec(await readFile(`${dataRoot}/uplink.json`, 'utf8')) ?? [];
  const children = (await readFile(`/proc/${keeper}/task/${keeper}/children`, 'utf8')).trim().split(' ');
  const lines = await Promise.all(children.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')));
  const programs = lines.map((line) => line.split('\0')[0] ?? '');
  return programs.find((program) => connectors.some((connector) => connector.program === program)) ?? '';
}
