import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { EstratoCli } from '#engine/testing/estrato-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

const run = promisify(execFile);

/** Everything of any engine's on the machine: links, tables of rules, control groups, mounts. */
async function traces(): Promise<readonly string[]> {
  const links = readdirSync('/sys/class/net').filter((name) => name.startsWith('es'));
  const tables = (await run('nft', ['list', 'tables'])).stdout.split('\n').filter((line) => line.includes('estrato_'));
  const groups = readdirSync('/sys/fs/cgroup').flatMap((name) => {
    const place = join('/sys/fs/cgroup', name, 'estrato');
    return existsSync(place) ? readdirSync(place) : [];
  });
  return [...links, ...tables, ...groups];
}

describeWith(['root', 'launcher', 'busybox', 'docker client', 'nftables'], 'uninstall', () => {
  let engine: TestEngine;
  let docker: DockerCli;
  let estrato: EstratoCli;
  let before: readonly string[];
  beforeEach(async () => {
    before = await traces();
    engine = await startTestEngine();
    docker = new DockerCli(engine.host);
    estrato = new EstratoCli(engine);
    const image = await engine.loadStory();
    await docker.text('network', 'create', 'back');
    await docker.text(
      'run',
      '-d',
      '--name',
      'web',
      '--network',
      'back',
      '-v',
      'data:/data',
      '-p',
      '80',
      image,
      'sleep',
      '1000',
    );
    await docker.text('run', '--name', 'ended', '--pids-limit', '20', image, 'true');
  });
  // Begun anew where there was one, a test's engine ends as any does.
  afterEach(async () => {
    await engine.kill('SIGKILL');
    await engine[Symbol.asyncDispose]();
  });

  const gone = async (): Promise<void> => {
    expect(existsSync(engine.dataRoot)).toBe(false);
    expect((await traces()).filter((trace) => !before.includes(trace))).toEqual([]);
  };

  test('asks first, and leaves nothing: no data, container, bridge, rule or control group', async () => {
    const { code, stderr } = await estrato.run(['uninstall']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('go for good, also what is in the trash. Add --yes')]);
    expect(await docker.text('ps', '-q')).not.toBe('');
    const pid = Number(await docker.text('inspect', '-f', '{{.State.Pid}}', 'web'));
    expect(await estrato.text('uninstall', '--yes')).toBe(`Everything in ${engine.dataRoot} is gone.`);
    expect(existsSync(`/proc/${pid}`)).toBe(false);
    await gone();
    const again = await estrato.run(['uninstall', '--yes']);
    expect(again.stderr).toContain(`No engine keeps anything in ${engine.dataRoot}; name its --data-root.`);
  });

  test('goes on with what a killed engine has left, and with itself', async () => {
    await engine.kill('SIGKILL');
    const first = estrato.start(['uninstall', '--yes']);
    // Amid whatever it has come to.
    await Promise.race([first.ended, pause(700)]);
    await first[Symbol.asyncDispose]();
    await estrato.run(['uninstall', '--yes']);
    await gone();
  });

  test('removes nothing beneath a mount of somebody else', async () => {
    const place = join(engine.dataRoot, 'mine');
    await mkdir(place);
    await run('mount', ['-t', 'tmpfs', 'none', place]);
    try {
      await run('touch', [join(place, 'kept')]);
      const { code, stderr } = await estrato.run(['uninstall', '--yes']);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`Something is mounted at ${place}; unmount it`)]);
      expect(existsSync(join(place, 'kept'))).toBe(true);
      await using dir = await temporaryDirectory('named');
      await symlink(engine.dataRoot, join(dir.path, 'link'));
      const named = new EstratoCli({ dataRoot: join(dir.path, 'link'), host: `unix://${dir.path}/estrato.sock` });
      expect((await named.run(['uninstall', '--yes'])).stderr).toContain(
        `Something is mounted at ${place}; unmount it`,
      );
      expect(existsSync(join(place, 'kept'))).toBe(true);
    } finally {
      await run('umount', [place]);
    }
    await estrato.text('uninstall', '--yes');
    await gone();
  });

  test('what is no data root is left alone', async () => {
    await using dir = await temporaryDirectory('other');
    await mkdir(join(dir.path, 'images'));
    const other = new EstratoCli({ dataRoot: dir.path, host: `unix://${dir.path}/estrato.sock` });
    const { stderr } = await other.run(['uninstall', '--yes']);
    expect(stderr).toContain('No engine keeps anything in');
    expect(existsSync(join(dir.path, 'images'))).toBe(true);
    await estrato.text('uninstall', '--yes');
  });
});
