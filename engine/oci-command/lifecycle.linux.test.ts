import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { cgroupsOf } from '#engine/runtime/testing/host-traces.ts';
import { busyboxPath, describeWith } from '#engine/testing/requires.ts';

import { makeOciBox, type OciBox, type OciBoxOptions } from './testing/oci-box.ts';

function makeBox(script: string, change?: OciBoxOptions['change']): Promise<OciBox> {
  return makeOciBox({ busyboxPath, script, ...(change === undefined ? {} : { change }) });
}

describeWith(['root', 'launcher', 'busybox'], 'the OCI command line', () => {
  test('a container is created, started, ends and is deleted, and its state says so', async () => {
    await using box = await makeBox('echo started', (spec) => ({
      ...spec,
      annotations: { 'com.example.key': 'value' },
    }));
    const created = await box.leave('create', '--bundle', box.bundle, '--pid-file', box.path('pid'), 'one');
    expect(created).toMatchObject({ code: 0, stdout: '' });
    const pid = Number(await readFile(box.path('pid'), 'utf8'));
    expect(await box.state('one')).toMatchObject({
      ociVersion: '1.2.0',
      id: 'one',
      pid,
      status: 'created',
      bundle: box.bundle,
      annotations: { 'com.example.key': 'value' },
    });
    expect(await created.output()).toBe('');
    await box.run('start', 'one');
    expect((await box.state('one'))['status']).toBe('stopped');
    await box.run('delete', 'one');
    expect((await box.run('state', 'one')).stderr).toContain('container "one" does not exist');
    expect(await readdir(box.root)).toEqual([]);
    expect(await cgroupsOf('one')).toEqual([]);
  });

  test('run waits, passes streams and the exit code on, and leaves nothing', async () => {
    await using box = await makeBox('read line; echo "got $line"; echo wrong >&2; exit 7');
    expect(await box.runWith('words\n', 'run', 'one')).toEqual({ code: 7, stdout: 'got words\n', stderr: 'wrong\n' });
    expect((await box.run('list', '--quiet')).stdout).toBe('');
  });

  test('a program that a signal ends gives 128 and its number', async () => {
    await using box = await makeBox('kill -9 $$; sleep 100', (spec) => ({
      ...spec,
      linux: { ...spec.linux, namespaces: spec.linux.namespaces.filter(({ type }) => type !== 'pid') },
    }));
    expect((await box.run('run', 'one')).code).toBe(137);
  });

  test('exec runs beside it, with streams, exit code, environment, user and directory of its own', async () => {
    await using box = await makeBox('sleep 1000');
    await box.leave('run', '--detach', 'one');
    const words = 'id -u; id -g; pwd; echo $WORD; cat; exit 5';
    const args = ['--user', '1000:1001', '--cwd', '/tmp', '--env', 'WORD=hello', 'one', 'sh', '-c', words];
    expect(await box.runWith('typed', 'exec', ...args)).toEqual({
      code: 5,
      stdout: '1000\n1001\n/tmp\nhello\ntyped',
      stderr: '',
    });
  });

  test('exec by a file detaches, and writes the pid', async () => {
    await using box = await makeBox('sleep 1000');
    await box.leave('run', '--detach', 'one');
    const process = { cwd: '/', args: ['sh', '-c', 'echo beside; sleep 1000'], env: ['PATH=/bin'] };
    await writeFile(box.path('process.json'), JSON.stringify(process));
    const flags = ['--detach', '--process', box.path('process.json'), '--pid-file', box.path('pid')];
    const { code, output } = await box.leave('exec', ...flags, 'one');
    expect(code).toBe(0);
    const pid = Number(await readFile(box.path('pid'), 'utf8'));
    const { stdout } = await box.run('ps', '--format', 'json', 'one');
    expect(JSON.parse(stdout)).toContain(pid);
    await expect.poll(output).toBe('beside\n');
  });

  test('pause holds it, resume lets it go on, and kill ends it even while it is paused', async () => {
    await using box = await makeBox('sleep 1000');
    await box.leave('run', '--detach', 'one');
    expect(await box.run('pause', 'one')).toMatchObject({ code: 0 });
    expect((await box.state('one'))['status']).toBe('paused');
    expect((await box.run('exec', 'one', 'true')).stderr).toContain('cannot exec in a paused container');
    expect(await box.run('resume', 'one')).toMatchObject({ code: 0 });
    expect((await box.state('one'))['status']).toBe('running');
    await box.run('pause', 'one');
    expect(await box.run('kill', 'one', 'KILL')).toMatchObject({ code: 0 });
    await box.until('one', 'stopped');
  });

  test('what was created is not changed by a configuration that changes', async () => {
    await using box = await makeBox('echo before');
    const { output } = await box.leave('create', 'one');
    await writeFile(join(box.bundle, 'config.json'), '{}');
    await box.run('start', 'one');
    await box.until('one', 'stopped');
    expect(await output()).toBe('before\n');
  });

  test('a program that is not there fails create, and nothing is left', async () => {
    await using box = await makeBox('', (spec) => ({ ...spec, process: { ...spec.process, args: ['nothing'] } }));
    const { code, stderr } = await box.leave('create', 'one');
    expect(code).toBe(1);
    expect(stderr).toContain('exec: "nothing": executable file not found in $PATH');
    expect((await box.run('list', '--quiet')).stdout).toBe('');
    expect(await cgroupsOf('one')).toEqual([]);
  });

  test('a program that the kernel refuses fails start', async () => {
    await using box = await makeBox('', (spec) => ({ ...spec, process: { ...spec.process, args: ['/broken'] } }));
    await writeFile(join(box.bundle, 'rootfs/broken'), 'no program', { mode: 0o755 });
    expect((await box.leave('create', 'one')).code).toBe(0);
    const { code, stderr } = await box.run('start', 'one');
    expect(code).toBe(1);
    expect(stderr).toContain('exec format error');
    await box.until('one', 'stopped');
  });
});
