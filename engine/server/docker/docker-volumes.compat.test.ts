import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage, type ImageFixture } from '#engine/testing/image-fixture.ts';
import { busyboxPath, describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

const run = promisify(execFile);

describeWith(['root', 'launcher', 'busybox', 'docker client'], "volumes with Docker's own command line", () => {
  const { engine, docker, image } = storyScene();
  afterEach(async () => {
    await engine.removeContainers();
    await engine.ask('/volumes/prune?filters={"all":["true"]}', { method: 'POST' });
  });

  const names = (...filters: readonly string[]): Promise<string> =>
    docker.text('volume', 'ls', '-q', ...filters.flatMap((filter) => ['--filter', filter]));

  test('what one container writes the next one reads', async () => {
    await docker.text('run', '--rm', '-v', 'data:/data', image, 'sh', '-c', 'echo kept > /data/file');
    expect(await docker.text('run', '--rm', '-v', 'data:/data:ro', image, 'cat', '/data/file')).toBe('kept');
    const { code, stderr } = await docker.run(['run', '--rm', '-v', 'data:/data:ro', image, 'touch', '/data/new']);
    expect(code).toBe(1);
    expect(stderr).toContain('Read-only file system');
  });

  test('create, list, inspect and remove say what Docker says', async () => {
    expect(await docker.text('volume', 'create', '--label', 'a=b', 'first')).toBe('first');
    expect(await docker.text('volume', 'create', 'first')).toBe('first');
    await docker.text('volume', 'create', 'second');
    expect(await names()).toBe('first\nsecond');
    expect(await names('label=a=b')).toBe('first');
    expect(await names('name=sec')).toBe('second');
    expect(await names('driver=other')).toBe('');
    const fields = '{{.Name}} {{.Driver}} {{.Scope}} {{.Mountpoint}} {{.Labels.a}}';
    expect(await docker.text('volume', 'inspect', '-f', fields, 'first')).toBe(
      `first local local ${engine.dataRoot}/volumes/first/_data b`,
    );
    expect(await docker.text('volume', 'rm', 'first', 'second')).toBe('first\nsecond');
    const { code, stderr } = await docker.run(['volume', 'rm', 'first']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/no such volume/i);
    expect(await docker.text('volume', 'rm', '-f', 'first')).toBe('first');
  });

  test('names and drivers that there can not be are refused', async () => {
    expect((await docker.run(['volume', 'create', 'a/b'])).stderr).toContain(
      'create a/b: "a/b" includes invalid characters for a local volume name',
    );
    expect((await docker.run(['volume', 'create', '-d', 'other', 'ab'])).stderr).toContain('plugin "other" not found');
    expect((await docker.run(['volume', 'create', '-o', 'type=nfs', '-o', 'device=:/x', 'ab'])).stderr).toContain(
      'Nothing says which machine has :/x; add the option addr=HOST',
    );
    expect(await names()).toBe('');
  });

  test('a volume that a container has is in use, whether it runs or not', async () => {
    const id = await docker.text('create', '-v', 'data:/data', image, 'true');
    const { code, stderr } = await docker.run(['volume', 'rm', 'data']);
    expect(code).toBe(1);
    expect(stderr).toContain(`remove data: volume is in use - [${id}]`);
    expect(await names('dangling=true')).toBe('');
    await docker.text('rm', '-v', id);
    expect(await names('dangling=true')).toBe('data');
    expect(await docker.text('volume', 'rm', 'data')).toBe('data');
  });

  test('volumes without a name go with --rm and with rm -v, and otherwise stay', async () => {
    await docker.text('run', '--rm', '-v', '/data', image, 'touch', '/data/file');
    expect(await names()).toBe('');
    await docker.text('create', '--name', 'one', '-v', '/data', image, 'true');
    await docker.text('create', '--name', 'two', '-v', '/data', image, 'true');
    await docker.text('rm', '-v', 'one');
    const [left = '', ...more] = (await names()).split('\n');
    expect(more).toEqual([]);
    expect(left).toMatch(/^[0-9a-f]{64}$/);
    await docker.text('rm', 'two');
    expect(await names()).toBe(left);
  });

  test('a container that can not be made leaves no volume', async () => {
    const { code } = await docker.run(['create', '-v', '/data', '-v', '/data:/data:nonsense', image, 'true']);
    expect(code).toBe(1);
    await docker.run(['create', '-v', '/data', '--mount', 'type=volume,src=a/b,dst=/b', image, 'true']);
    expect(await names()).toBe('');
  });

  test("an image's volumes are made and filled, and give way to what is asked for", async () => {
    await engine.load(await dockerArchive({ image: await imageWithVolume(), names: ['with-volume:1'] }));
    const look = 'cd /seed; stat -c "%n %a %u:%g %F %h" . *; readlink link; cat file; test file -ef again';
    const id = await docker.text('create', 'with-volume:1', 'sh', '-c', look);
    expect((await docker.text('start', '-a', id)).split('\n')).toEqual([
      '. 1770 7:7 directory 3',
      'again 4755 7:7 regular file 2',
      'dir 700 9:9 directory 2',
      'file 4755 7:7 regular file 2',
      'link 777 0:0 symbolic link 1',
      'pipe 640 5:5 fifo 1',
      'dir/inner',
      'of the upper layer',
    ]);
    const format = '{{range .Mounts}}{{.Type}} {{.Driver}} {{.Destination}} {{.Mode}}{{.RW}} {{len .Name}}{{end}}';
    expect(await docker.text('inspect', '-f', format, id)).toBe('volume local /seed true 64');
    await docker.text('rm', '-v', id);
    await docker.text('run', '--rm', '-v', 'named:/seed', 'with-volume:1', 'true');
    expect(await names()).toBe('named');
  });

  test('--mount takes names, copies unless told not to, and parts of a volume', async () => {
    const list = async (mount: string): Promise<string> =>
      docker.text('run', '--rm', '--mount', mount, image, 'ls', '/srv/app');
    expect(await list('type=volume,src=bare,dst=/srv/app,volume-nocopy')).toBe('');
    expect(await list('type=volume,src=full,dst=/srv/app')).toContain('settings.ini');
    const made = await engine.ask('/containers/create', {
      method: 'POST',
      body: {
        Image: image,
        Cmd: ['cat', '/part/file'],
        HostConfig: { Mounts: [part('deep/er'), { ...part('link'), Target: '/link' }] },
      },
    });
    expect(made.status).toBe(201);
    await docker.text(
      'run',
      '--rm',
      '-v',
      'data:/data',
      image,
      'sh',
      '-c',
      ['mkdir -p /data/deep/er', 'echo inner > /data/deep/er/file', 'ln -s / /data/link'].join(';'),
    );
    const failed = await docker.run(['start', '-a', idOf(made.body)]);
    expect(failed.stderr).toContain('open link in the volume');
    const second = await engine.ask('/containers/create', {
      method: 'POST',
      body: { Image: image, Cmd: ['cat', '/part/file'], HostConfig: { Mounts: [part('deep/er')] } },
    });
    expect(await docker.text('start', '-a', idOf(second.body))).toBe('inner');
  });

  test('--volumes-from has what the other has', async () => {
    await docker.text('create', '--name', 'other', '-v', 'data:/data', '-v', '/own', image, 'true');
    const inside = 'echo x > /data/file; echo x > /own/file; ls /data /own';
    expect(await docker.text('run', '--rm', '--volumes-from', 'other', image, 'sh', '-c', inside)).toBe(
      '/data:\nfile\n\n/own:\nfile',
    );
    const readOnly = ['run', '--rm', '--volumes-from', 'other:ro', image, 'touch', '/own/more'];
    expect((await docker.run(readOnly)).stderr).toContain('Read-only file system');
    expect((await names()).split('\n')).toHaveLength(2);
    expect((await docker.run(['create', '--volumes-from', 'nobody', image, 'true'])).stderr).toContain(
      'No such container: nobody',
    );
  });

  test('memory and a directory of the machine can be volumes', async () => {
    const dir = join(engine.dataRoot, 'shared');
    await mkdir(dir);
    await writeFile(join(dir, 'file'), 'from the machine');
    await docker.text('volume', 'create', '-o', 'type=none', '-o', 'o=bind', '-o', `device=${dir}`, 'bound');
    await docker.text('volume', 'create', '-o', 'type=tmpfs', '-o', 'o=size=1m', '-o', 'device=tmpfs', 'memory');
    const volumes = ['-v', 'bound:/bound', '-v', 'memory:/memory'];
    await docker.text('run', '-d', '--name', 'first', ...volumes, image, 'sleep', '1000');
    await docker.text('exec', 'first', 'sh', '-c', 'echo shared > /memory/file');
    const said = await docker.text('run', '--rm', ...volumes, image, 'cat', '/bound/file', '/memory/file');
    expect(said).toBe('from the machineshared');
    await docker.text('rm', '-f', 'first');
    expect(await docker.text('run', '--rm', ...volumes, image, 'ls', '/memory')).toBe('');
    await docker.text('volume', 'rm', 'bound', 'memory');
  });

  test('prune takes what nobody has: volumes without a name, or all', async () => {
    await docker.text('volume', 'create', 'named');
    await docker.text('volume', 'create');
    await docker.text('create', '-v', 'used:/used', image, 'true');
    const pruned = await engine.ask('/v1.42/volumes/prune', { method: 'POST' });
    expect(JSON.parse(pruned.body)).toEqual({
      VolumesDeleted: [expect.stringMatching(/^[0-9a-f]{64}$/)],
      SpaceReclaimed: 0,
    });
    expect(await names()).toBe('named\nused');
    const all = await engine.ask('/v1.42/volumes/prune?filters={"all":["true"]}', { method: 'POST' });
    expect(all.body).toContain('named');
    expect(await names()).toBe('used');
  });

  test('sizes are measured', async () => {
    await docker.text('run', '--rm', '-v', 'data:/data', image, 'sh', '-c', 'head -c 5000 /dev/zero > /data/file');
    await docker.text('run', '--rm', '-v', 'data:/data', image, 'ln', '/data/file', '/data/again');
    const { body } = await engine.ask('/system/df');
    expect(JSON.parse(body)).toMatchObject({ Volumes: [{ Name: 'data', UsageData: { Size: 5000, RefCount: 0 } }] });
  });

  test('what can not be mounted is told in a sentence, and the container can be started once it can', async () => {
    const options = (...words: readonly string[]): string[] => words.flatMap((word) => ['-o', word]);
    await docker.text('volume', 'create', ...options('type=nosuchfs', 'device=:/x', 'o=addr=127.0.0.1'), 'odd');
    const odd = await docker.run(['run', '--name', 'user', '-v', 'odd:/data', image, 'true']);
    expect(odd.code).toBe(125);
    expect(odd.stderr).toMatch(
      /failed to mount local volume: mount :\/x:.*: no such device: this machine's kernel has no file system nosuchfs/,
    );
    const dir = join(engine.dataRoot, 'comes-later');
    await docker.text('volume', 'create', ...options('type=none', 'o=bind,ro', `device=${dir}`), 'bound');
    const missing = await docker.run(['run', '--name', 'later', '-v', 'bound:/data', image, 'touch', '/data/file']);
    expect(missing.stderr).toContain(`mount ${dir}:`);
    expect(missing.stderr).toContain('no such file or directory');
    await mkdir(dir);
    expect((await docker.run(['start', '-a', 'later'])).stderr).toContain('Read-only file system');
    const unknown = options('type=nfs', 'device=:/x', 'o=addr=nowhere.invalid');
    await docker.text('volume', 'create', ...unknown, 'far');
    const far = await docker.run(['run', '--name', 'far', '-v', 'far:/data', image, 'true']);
    expect(far.stderr).toContain('there is no machine called nowhere.invalid; check the option addr');
    await expect.poll(() => readFile('/proc/self/mountinfo', 'utf8')).not.toContain(engine.dataRoot);
  });

  test('mounts reach from a bind to the machine, and the other way, as it was asked for', async () => {
    const dir = join(engine.dataRoot, 'reach');
    await mkdir(dir, { recursive: true });
    const told = await docker.run(['run', '--rm', '-v', `${dir}:/data:rshared`, image, 'true']);
    expect(told.stderr).toMatch(/path .*reach is mounted on \/.* but it is not a shared mount/);
    await using mounted = await sharedMount(dir);
    const mounting = 'mount -t tmpfs inside /data/in && echo said > /data/in/file';
    await docker.text('run', '--rm', '--privileged', '-v', `${dir}:/data:rshared`, image, 'sh', '-c', mounting);
    expect(await readFile(join(dir, 'in', 'file'), 'utf8')).toBe('said\n');
    await mounted.unmount('in');
    const looking = 'while ! cat /data/in/file 2>/dev/null; do sleep 0.1; done';
    const id = await docker.text('run', '-d', '-v', `${dir}:/data:rslave`, image, 'sh', '-c', looking);
    await run('mount', ['-t', 'tmpfs', 'outside', join(dir, 'in')]);
    await writeFile(join(dir, 'in', 'file'), 'from outside');
    expect(await docker.text('wait', id)).toBe('0');
  });

  test('what an engine left mounted for containers that ended without it is taken away', async () => {
    await docker.text('volume', 'create', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'memory');
    const id = await docker.text('run', '-d', '-v', 'memory:/memory', image, 'sleep', '1000');
    const pid = Number(await docker.text('inspect', '-f', '{{.State.Pid}}', id));
    const data = `${engine.dataRoot}/volumes/memory/_data`;
    expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain(data);
    await engine.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await engine.start();
    expect(await docker.text('inspect', '-f', '{{.State.Status}}', id)).toBe('exited');
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(data);
    await docker.text('start', id);
    expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain(data);
  });

  test('a bind that is mounted must be there, one of -v is made', async () => {
    const dir = join(engine.dataRoot, 'not-there');
    const { code, stderr } = await docker.run(['run', '--rm', '--mount', `type=bind,src=${dir},dst=/d`, image, 'true']);
    expect(code).toBe(125);
    expect(stderr).toContain(`bind source path does not exist: ${dir}`);
    expect((await docker.run(['run', '--rm', '-v', `${dir}:/d`, image, 'true'])).code).toBe(0);
    expect((await docker.run(['run', '--rm', '--mount', `type=bind,src=${dir},dst=/d`, image, 'true'])).code).toBe(0);
  });

  test('a read-only bind is read-only with what is mounted in it', async () => {
    const dir = join(engine.dataRoot, 'deep');
    await mkdir(dir, { recursive: true });
    await using _mounted = await sharedMount(dir);
    await run('mount', ['-t', 'tmpfs', 'deeper', join(dir, 'in')]);
    const writing = await docker.run(['run', '--rm', '-v', `${dir}:/data:ro`, image, 'touch', '/data/in/file']);
    expect(writing.stderr).toContain('Read-only file system');
    expect((await docker.run(['run', '--rm', '-v', `${dir}:/data`, image, 'touch', '/data/in/file'])).code).toBe(0);
  });

  test('what happens to volumes is told', async () => {
    await docker.text('run', '--rm', '-v', 'told:/data', image, 'true');
    await docker.text('volume', 'rm', 'told');
    // By its name: what the tests before did may have happened in the same millisecond.
    const said = await docker.text('events', '--since', '1', '--until', String(Date.now() / 1000), '--filter', 'volume=told', '--format', '{{.Action}} {{.Actor.ID}} {{.Actor.Attributes.driver}}'); // prettier-ignore
    expect(said.split('\n')).toEqual(['create', 'mount', 'unmount', 'destroy'].map((action) => `${action} told local`));
  });

  test('containers are found by their volumes', async () => {
    const id = await docker.text('create', '-v', 'data:/data', image, 'true');
    await docker.text('create', image, 'true');
    expect(await docker.text('ps', '-aq', '--no-trunc', '--filter', 'volume=data')).toBe(id);
  });

  test('two mounts at one place are refused', async () => {
    const { stderr } = await docker.run(['create', '-v', 'a1:/data', '-v', 'b1:/data', image, 'true']);
    expect(stderr).toContain('Duplicate mount point: /data');
  });
});

/** Mounts of its own that others are told of, as a machine with systemd has them everywhere. */
async function sharedMount(dir: string): Promise<AsyncDisposable & { unmount(name: string): Promise<void> }> {
  await run('mount', ['-t', 'tmpfs', 'shared', dir]);
  await run('mount', ['--make-shared', dir]);
  await mkdir(join(dir, 'in'));
  return {
    unmount: async (name) => void (await run('umount', [join(dir, name)])),
    [Symbol.asyncDispose]: async () => void (await run('umount', ['-R', '-l', dir])),
  };
}

function part(Subpath: string): Readonly<Record<string, unknown>> {
  return { Type: 'volume', Source: 'data', Target: '/part', VolumeOptions: { Subpath } };
}

function idOf(body: string): string {
  return /"Id":"([0-9a-f]{64})"/.exec(body)?.[1] ?? '';
}

/** Two layers, so that what the second takes away or changes is not what a volume gets. */
async function imageWithVolume(): Promise<ImageFixture> {
  const applets = ['sh', 'stat', 'readlink', 'cat', 'test', 'true'];
  const base = [
    { name: 'bin/busybox', mode: 0o755, body: await readFile(busyboxPath) },
    ...applets.map((name) => ({ name: `bin/${name}`, type: 'symlink' as const, linkname: 'busybox' })),
    { name: 'real', type: 'directory' as const, mode: 0o1770, owner: 7 },
    { name: 'seed', type: 'symlink' as const, linkname: 'real' },
    { name: 'real/gone', body: 'gone' },
    { name: 'real/file', body: 'of the lower layer' },
    { name: 'real/dir', type: 'directory' as const, mode: 0o700, owner: 9 },
    { name: 'real/dir/inner', body: 'inner' },
    { name: 'real/link', type: 'symlink' as const, linkname: 'dir/inner' },
    { name: 'real/pipe', type: 'fifo' as const, mode: 0o640, owner: 5 },
  ];
  const change = [
    { name: 'real/.wh.gone' },
    { name: 'real/file', mode: 0o4755, owner: 7, body: 'of the upper layer\n' },
    { name: 'real/again', type: 'link' as const, linkname: 'real/file' },
  ];
  const config = { config: { Env: ['PATH=/bin'], Cmd: ['sh'], Volumes: { '/seed': {} } } };
  return makeImage([base, change], { format: 'docker', compression: 'none', config });
}
