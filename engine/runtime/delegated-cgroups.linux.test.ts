import { chown, mkdir, readFile, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const NOBODY = 65_534;
const controllers = ['memory', 'pids', 'freezer'] as const;
const dirs = controllers.map((name) => `/sys/fs/cgroup/${name}/estrato-test-${process.pid}`);
const needs = ['root', 'launcher', 'busybox', 'docker client', 'open checkout', 'cgroups of version 1'] as const;

describeWith(needs, 'control groups that were given to somebody who is not root', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  let image = '';
  beforeAll(async () => {
    for (const dir of dirs) {
      await mkdir(dir);
      await chown(dir, NOBODY, NOBODY);
      await chown(join(dir, 'cgroup.procs'), NOBODY, NOBODY);
    }
    engine = await startTestEngine({ uid: NOBODY, cgroups: dirs });
    docker = new DockerCli(engine.host);
    image = await engine.loadStory();
  });
  afterAll(async () => {
    await engine[Symbol.asyncDispose]();
    for (const dir of dirs) await removeTree(dir);
  });

  test('limit its containers', async () => {
    const id = await docker.text('run', '-d', '-m', '64m', '--pids-limit', '5', image, 'sleep', '1000');
    const [memory = ''] = dirs;
    const limitFile = join(memory, 'estrato', id, 'memory.limit_in_bytes');
    expect(await readFile(limitFile, 'utf8')).toBe(`${64 * 1024 * 1024}\n`);
    await docker.text('update', '-m', '32m', id);
    expect(await readFile(limitFile, 'utf8')).toBe(`${32 * 1024 * 1024}\n`);
    expect(await docker.text('exec', id, 'cat', '/sys/fs/cgroup/memory/memory.limit_in_bytes')).toBe(
      String(32 * 1024 * 1024),
    );
    const fork = 'for i in 1 2 3 4 5 6 7 8; do sleep 3 & done; wait';
    expect((await docker.run(['exec', id, 'sh', '-c', fork])).stderr).toMatch(/can't fork|Resource temporarily/);
    await docker.text('rm', '-f', id);
  });

  test('hold them still, over a restart of the engine', async () => {
    const id = await docker.text('run', '-d', image, 'sleep', '1000');
    await docker.text('pause', id);
    await engine.restart('SIGKILL');
    expect(await docker.text('inspect', '-f', '{{.State.Status}}', id)).toBe('paused');
    await docker.text('unpause', id);
    await docker.text('rm', '-f', id);
    for (const dir of dirs) expect(await readdir(join(dir, 'estrato'))).not.toContain(id);
  });

  test('a limit that none of them keeps is refused', async () => {
    const { code, stderr } = await docker.run(['run', '--rm', '--cpus', '0.5', image, 'true']);
    expect(code).toBe(125);
    expect(stderr).toContain('no cpu controller');
  });
});

async function removeTree(dir: string): Promise<void> {
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (entry.isDirectory()) await removeTree(join(dir, entry.name));
  }
  await rmdir(dir);
}
