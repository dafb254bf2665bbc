import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);

/** Longer than a bridge stays without containers. */
const LINGER = { timeout: 30_000, interval: 250 };

describeWith(['root', 'launcher', 'busybox', 'docker client', 'nftables'], 'what networks are made of', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  let image = '';
  beforeEach(async () => {
    engine = await startTestEngine();
    docker = new DockerCli(engine.host);
    image = await engine.loadStory();
  });
  afterEach(() => engine[Symbol.asyncDispose]());

  const start = (name: string, ...options: readonly string[]): Promise<string> =>
    docker.text('run', '-d', '--name', name, ...options, image, 'sleep', '1000');
  const subnetOf = (cli: DockerCli): Promise<string> =>
    cli.text('network', 'inspect', '-f', '{{(index .IPAM.Config 0).Subnet}}', 'bridge');

  /** The bridges that there are of the engine's networks, and whether there are rules of its own. */
  async function traces(): Promise<{ readonly bridges: number; readonly links: number; readonly rules: boolean }> {
    const ids = (await docker.text('network', 'ls', '-q', '--no-trunc', '--filter', 'driver=bridge')).split('\n');
    const links = (await run('ip', ['-o', 'link'])).stdout.split('\n');
    const bridges = links.flatMap((line) => {
      const name = /^\d+: (es[0-9a-f]{13}):/.exec(line)?.[1];
      return name !== undefined && ids.some((id) => name.endsWith(id.slice(0, 7))) ? [name] : [];
    });
    const known = new Set([...bridges, ...keys]);
    for (const name of bridges) keys.add(name);
    const tables = (await run('nft', ['list', 'tables'])).stdout;
    return {
      bridges: bridges.length,
      links: links.filter((line) => bridges.some((name) => line.includes(`master ${name} `))).length,
      rules: [...known].some((name) => tables.includes(`estrato_${name.slice(2, 8)}`)),
    };
  }
  const keys = new Set<string>();

  test('bridges and rules are there for whoever runs, and gone after the last', async () => {
    await docker.text('network', 'create', 'net');
    expect(await traces()).toEqual({ bridges: 0, links: 0, rules: false });
    await start('one');
    await start('two', '--network', 'net', '-p', '80');
    expect(await traces()).toEqual({ bridges: 2, links: 2, rules: true });
    await docker.text('rm', '-f', 'two');
    await expect.poll(traces, LINGER).toEqual({ bridges: 1, links: 1, rules: true });
    await docker.text('rm', '-f', 'one');
    await expect.poll(traces, LINGER).toEqual({ bridges: 0, links: 0, rules: false });
  });

  test('nobody else’s rules are touched', async () => {
    const theirs = `theirs_${randomBytes(4).toString('hex')}`;
    const rules = `table inet ${theirs} {
      set ports { type inet_service; elements = { 1, 2 } }
      chain in { type filter hook forward priority filter; policy accept; tcp dport @ports drop; }
      chain out { type nat hook postrouting priority srcnat; ip daddr 198.18.255.1 counter accept; }
    }`;
    await using dir = await temporaryDirectory('rules');
    await writeFile(join(dir.path, 'rules'), rules);
    await run('nft', ['-f', join(dir.path, 'rules')]);
    try {
      const seen = async (): Promise<string> => (await run('nft', ['list', 'table', 'inet', theirs])).stdout;
      const before = await seen();
      await docker.text('network', 'create', 'net');
      await start('one', '--network', 'net', '-p', '80', '-p', '127.0.0.1::81/udp');
      expect(await traces()).toMatchObject({ rules: true });
      expect(await seen()).toBe(before);
      await engine.restart('SIGKILL');
      await docker.text('rm', '-f', 'one');
      await engine.restart('SIGTERM');
      expect(await traces()).toEqual({ bridges: 0, links: 0, rules: false });
      expect(await seen()).toBe(before);
    } finally {
      await run('nft', ['delete', 'table', 'inet', theirs]);
    }
  });

  test('an engine that stops takes along what nobody needs', async () => {
    await docker.text('run', '--rm', image, 'true');
    expect(await traces()).toMatchObject({ bridges: 1, rules: true });
    await engine.restart('SIGTERM');
    expect(await traces()).toEqual({ bridges: 0, links: 0, rules: false });
  });

  test('what a killed engine leaves is taken over, or taken away', async () => {
    await docker.text('network', 'create', 'net');
    await start('stays', '-p', '80');
    await start('ends', '--network', 'net');
    const [address, port] = [await addressOf('stays'), await docker.text('port', 'stays')];
    const pid = Number(await docker.text('inspect', '-f', '{{.State.Pid}}', 'ends'));
    await engine.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await engine.start();
    expect(await traces()).toEqual({ bridges: 1, links: 1, rules: true });
    expect([await addressOf('stays'), await docker.text('port', 'stays')]).toEqual([address, port]);
    await docker.text('rm', '-f', 'stays');
    await docker.text('start', 'ends');
    expect((await docker.run(['exec', 'ends', 'ip', 'route'])).stdout).toContain('default');
  });

  test('killed in the middle of anything, the next engine has it whole', async () => {
    await docker.text('network', 'create', 'net');
    await start('steady', '--network', 'net');
    for (const delay of [3, 9, 17, 31, 55, 90, 140]) {
      const busy = Promise.all([
        docker.run(['run', '-d', '--name', `box${delay}`, '--network', 'net', '-p', '80', image, 'sleep', '1000']),
        docker.run(['network', 'connect', 'bridge', 'steady']),
        docker.run(['network', 'create', `net${delay}`]),
        new Promise((resolve) => setTimeout(resolve, delay)).then(() => engine.kill('SIGKILL')),
      ]);
      await busy;
      await engine.start();
      const running = (await docker.text('ps', '-q', '--no-trunc')).split('\n');
      const places = await Promise.all(
        running.map((id) =>
          docker.text('inspect', '-f', '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}', id),
        ),
      );
      const addresses = places.flatMap((text) => text.trim().split(' '));
      expect(
        addresses.every((one) => /^\d+\.\d+\.\d+\.\d+$/.test(one)),
        addresses.join(' '),
      ).toBe(true);
      expect(new Set(addresses).size).toBe(addresses.length);
      // The kernel takes a while to take the links of those that are gone.
      await expect.poll(traces).toMatchObject({ links: addresses.length, rules: true });
      for (const [at, id] of running.entries()) {
        const { stdout } = await docker.run(['exec', id, 'ip', '-4', 'addr']);
        for (const address of (places[at] ?? '').trim().split(' ')) expect(stdout).toContain(`inet ${address}/`);
      }
      await docker.run(['network', 'disconnect', 'bridge', 'steady']);
    }
    expect(await docker.run(['exec', 'steady', 'ping', '-c', '1', '-W', '2', 'steady'])).toMatchObject({ code: 0 });
  });

  test('two engines have networks of their own, even of the same name', async () => {
    await using other = await startTestEngine();
    const theirs = new DockerCli(other.host);
    const theirImage = await other.loadStory();
    const both = [
      [docker, image],
      [theirs, theirImage],
    ] as const;
    for (const [cli, from] of both)
      await cli
        .text('network', 'create', 'net')
        .then(() => cli.text('run', '-d', '--name', 'box', '--network', 'net', from, 'sleep', '1000'));
    await Promise.all(
      both.map(([cli, from]) => cli.text('run', '-d', '--name', 'web', '-p', '80', from, 'sleep', '1000')),
    );
    expect(await subnetOf(docker)).not.toBe(await subnetOf(theirs));
    for (const [cli] of both) {
      for (const box of ['box', 'web']) {
        const gateway = await cli.text(
          'exec',
          box,
          'sh',
          '-c',
          "ip route | sed -n 's/default via \\([0-9.]*\\).*/\\1/p'",
        );
        expect((await cli.run(['exec', box, 'ping', '-c', '1', '-W', '2', gateway])).code).toBe(0);
      }
    }
    const port = (await docker.text('port', 'web', '80/tcp')).split('\n')[0]?.split(':').at(-1) ?? '';
    const { stderr } = await theirs.run(['run', '--rm', '-p', `${port}:80`, theirImage, 'true']);
    expect(stderr).toContain('a container of another Estrato engine');
  });

  test('a subnet that nobody asked for gives way to what the machine comes to need', async () => {
    const before = await subnetOf(docker);
    const name = `est${randomBytes(4).toString('hex')}`;
    await run('ip', ['link', 'add', name, 'type', 'bridge']);
    try {
      await run('ip', ['addr', 'add', before.replace('.0.0/16', '.5.1/24'), 'dev', name]);
      await run('ip', ['link', 'set', name, 'up']);
      await start('box');
      expect(await subnetOf(docker)).not.toBe(before);
      const asked = await docker.run(['network', 'create', '--subnet', before, 'net']);
      expect(asked.stderr).toContain(`through ${name}`);
    } finally {
      await run('ip', ['link', 'del', name]);
    }
  });

  const addressOf = (name: string): Promise<string> =>
    docker.text('inspect', '-f', '{{.NetworkSettings.Networks.bridge.IPAddress}}', name);
});
