import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);

/** The bridges that an engine has marked as its own, what is at them, and the tables named by the same key. */
async function tracesOf({ dataRoot }: TestEngine): Promise<Traces> {
  const links = (await run('ip', ['-o', '-d', 'link'])).stdout.split('\n');
  const marked = links.flatMap((line) => {
    const [, name = '', key = '', path = ''] = /^\d+: (\S+): .*alias estrato ([0-9a-f]{8}) \S+ (\S+)/.exec(line) ?? [];
    return path === dataRoot ? [{ name, key }] : [];
  });
  if (marked.length > 0) keys.set(dataRoot, marked[0]?.key ?? '');
  const tables = (await run('nft', ['list', 'tables'])).stdout;
  return {
    bridges: marked.length,
    ports: links.filter((line) => marked.some(({ name }) => line.includes(`master ${name} `))).length,
    tables: tables.includes(`estrato_${keys.get(dataRoot)}`) ? 1 : 0,
  };
}
const keys = new Map<string, string>();

interface Traces {
  readonly bridges: number;
  readonly ports: number;
  readonly tables: number;
}

describeWith(['root', 'launcher', 'busybox', 'docker client', 'nftables'], 'bridges that nobody will take down', () => {
  test('go with the start of another engine, once their data root and their containers are gone', async () => {
    await using left = await startTestEngine();
    await using other = await startTestEngine();
    const docker = new DockerCli(left.host);
    await docker.text('run', '-d', '--name', 'box', await left.loadStory(), 'sleep', '1000');
    const pid = Number(await docker.text('inspect', '-f', '{{.State.Pid}}', 'box'));
    await left.kill('SIGKILL');
    const elsewhere = `${left.dataRoot}.elsewhere`;
    await rename(left.dataRoot, elsewhere);
    await other.restart();
    const there = { bridges: 1, ports: 1, tables: 1 };
    expect(await tracesOf(left)).toEqual(there);
    await rename(elsewhere, left.dataRoot);
    process.kill(pid, 'SIGKILL');
    // The kernel takes a while to take the link of a container that is gone.
    await expect.poll(() => tracesOf(left), { timeout: 30_000 }).toEqual({ ...there, ports: 0 });
    await other.restart();
    expect(await tracesOf(left)).toEqual({ ...there, ports: 0 });
    await rename(left.dataRoot, elsewhere);
    await other.restart();
    expect(await tracesOf(left)).toEqual({ bridges: 0, ports: 0, tables: 0 });
    await rename(elsewhere, left.dataRoot);
  });
});
