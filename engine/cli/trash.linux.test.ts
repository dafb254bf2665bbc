import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImage } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { treeHash } from '#engine/testing/tree-hash.ts';

/** A bit of everything that a read-write layer can hold. */
const WORK = [
  'echo changed > /etc/settings && rm -r /srv && mkdir -p /srv/new',
  'mkdir -p -m 1777 /srv/w && cd /srv/w && echo words > file && ln file again && ln -s file link',
  'chown 7:9 file && chmod 4755 file && mkfifo -m 640 pipe',
  'dd if=/dev/zero of=sparse bs=1 count=1 seek=1000000 2>/dev/null; touch -t 200102030405 file',
  'echo said; echo complained >&2; exit 3',
].join('; ');

const FACTS = [
  '{{.Id}} {{.Name}} {{.Created}} {{.Image}} {{.Path}} {{json .Args}} {{json .State}}',
  '{{json .Config}} {{json .HostConfig}} {{json .Mounts}} {{json .NetworkSettings}}',
].join(' ');

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'the trash', () => {
  const { engine, docker, estrato, image } = storyScene();
  afterEach(async () => {
    await engine.removeContainers();
    await engine.ask('/volumes/prune?filters={"all":["true"]}', { method: 'POST' });
    await estrato.text('trash', 'empty');
  });

  const snapshot = (id: string): string => join(engine.dataRoot, 'snapshots', id);
  const logsOf = async (id: string): Promise<unknown> => {
    const { stdout, stderr } = await docker.run(['logs', '--timestamps', id]);
    return { stdout, stderr };
  };

  test.each([
    ['by hand', async (id: string) => docker.text('rm', id), 'SIGTERM'],
    ['by prune, before an engine that was killed', async () => docker.text('container', 'prune', '-f'), 'SIGKILL'],
  ] as const)('a container removed %s comes back the same', async (_, remove, signal) => {
    const options = ['--name', 'web', '--label', 'a=b', '--hostname', 'host', '-e', 'ONE=1', '--memory', '64m'];
    const ran = await docker.run(['run', ...options, image, 'sh', '-c', WORK]);
    expect(ran).toMatchObject({ code: 3, stdout: 'said\n', stderr: 'complained\n' });
    const id = await docker.text('ps', '-aq', '--no-trunc');
    const before = {
      tree: await treeHash(snapshot(id)),
      facts: await docker.text('inspect', '-f', FACTS, id),
      logs: await logsOf(id),
    };
    await remove(id);
    expect(await docker.text('ps', '-aq')).toBe('');
    expect(await readdir(join(engine.dataRoot, 'snapshots'))).toEqual([]);
    await engine.restart(signal);
    expect(await estrato.text('trash', 'ls')).toMatch(new RegExp(`^${id.slice(0, 12)}  container  web +${image}`, 'm'));
    expect(await estrato.run(['trash', 'logs', 'web'])).toMatchObject({ stdout: 'said\n', stderr: 'complained\n' });
    expect(await estrato.text('trash', 'restore', 'web')).toBe('web');
    expect({
      tree: await treeHash(snapshot(id)),
      facts: await docker.text('inspect', '-f', FACTS, id),
      logs: await logsOf(id),
    }).toEqual(before);
    await docker.text('start', id);
    expect(await docker.text('wait', id)).toBe('3');
  });

  test('a container that was to go with its end comes back with its volumes, and goes with its next end', async () => {
    const command = 'test -e /data/file && exit 4; echo words > /data/file';
    await docker.text('run', '--rm', '--name', 'once', '-v', '/data', image, 'sh', '-c', command);
    expect(await docker.text('volume', 'ls', '-q')).toBe('');
    expect(await estrato.text('trash', 'ls')).toMatch(/once .* ended .* with 1 volume$/m);
    await estrato.text('trash', 'restore', 'once');
    await engine.restart('SIGKILL');
    expect(await docker.text('ps', '-a', '--format', '{{.Names}} {{.Status}}')).toMatch(/^once Exited \(0\)/);
    await docker.text('start', 'once');
    await expect.poll(() => docker.text('ps', '-aq')).toBe('');
    expect(await estrato.text('trash', 'ls')).toMatch(/once/);
  });

  test('a container is in its networks again, and what it lacks is told', async () => {
    await docker.text('network', 'create', 'front');
    const options = ['--network', 'front', '--network-alias', 'www', '-p', '8080', '-v', 'data:/data'];
    await docker.text('create', '--name', 'web', ...options, image, 'true');
    const format = '{{json .HostConfig}} {{json .NetworkSettings}} {{json .Mounts}}';
    const before = await docker.text('inspect', '-f', format, 'web');
    await docker.text('rm', 'web');
    expect(await estrato.run(['trash', 'restore', 'web'])).toMatchObject({ code: 0, stderr: '' });
    expect(await docker.text('inspect', '-f', format, 'web')).toBe(before);
    await docker.text('rm', 'web');
    await docker.text('network', 'rm', 'front');
    await docker.text('volume', 'rm', 'data');
    const { stderr } = await estrato.run(['trash', 'restore', 'web']);
    expect(stderr).toMatch(/^The volume data it had is gone; .*\nThe network [0-9a-f]{12} it was in is gone; .*\n$/);
  });

  test('a name that is taken is no way back, another is', async () => {
    await docker.text('create', '--name', 'web', image, 'true');
    await docker.text('rm', 'web');
    await docker.text('create', '--name', 'web', image, 'true');
    const { code, stderr } = await estrato.run(['trash', 'restore', 'web']);
    expect(code).toBe(1);
    expect(stderr).toContain('Another container is called web by now; restore');
    expect(await estrato.text('trash', 'restore', 'web', '--name', 'web2')).toBe('web2');
    expect((await docker.text('ps', '-a', '--format', '{{.Names}}')).split('\n').toSorted()).toEqual(['web', 'web2']);
  });

  test('an image goes for good while a container in the trash needs it, and its layers with that container', async () => {
    await engine.loadStory('other:1.0');
    await docker.text('rmi', image);
    await docker.text('run', '--name', 'web', 'other:1.0', 'sh', '-c', 'echo x > /kept');
    await docker.text('rm', 'web');
    expect(await docker.text('rmi', 'other:1.0')).toMatch(/Untagged: other:1.0\nDeleted: sha256:/);
    expect(await docker.text('images', '-q')).toBe('');
    expect(await estrato.text('trash', 'rm', 'other:1.0')).toBe('other:1.0: 0B freed');
    await engine.restart('SIGKILL');
    await estrato.text('trash', 'restore', 'web');
    await docker.text('start', 'web');
    expect(await docker.text('wait', 'web')).toBe('0');
    await docker.text('rm', 'web');
    expect((await readdir(join(engine.dataRoot, 'layers'))).length).toBeGreaterThan(0);
    await estrato.text('trash', 'rm', 'web');
    expect(await readdir(join(engine.dataRoot, 'layers'))).toEqual([]);
    expect(await readdir(join(engine.dataRoot, 'blobs', 'sha256'))).toEqual([]);
    await engine.loadStory(image);
  });

  test('an image comes back as it was, and a tag that leads elsewhere by now is asked about', async () => {
    const before = await docker.text('image', 'inspect', image);
    await docker.text('rmi', image);
    expect(await docker.text('images', '-q')).toBe('');
    expect(await estrato.text('trash', 'ls')).toMatch(/^\w{12} +image +story:1\.0 /m);
    await engine.restart('SIGKILL');
    expect(await estrato.text('trash', 'restore', image)).toBe(image);
    expect(await docker.text('image', 'inspect', image)).toBe(before);
    await docker.text('tag', image, 'spare:1');
    await docker.text('rmi', 'spare:1');
    const other = await makeImage([[{ name: 'other', body: 'other' }]]);
    await engine.load(await dockerArchive({ image: other, names: ['spare:1'] }));
    const { code, stderr } = await estrato.run(['trash', 'restore', 'spare:1']);
    expect(code).toBe(1);
    expect(stderr).toContain('spare:1 leads to another image by now');
    expect(await estrato.text('trash', 'restore', 'spare:1', '--taken', 'take')).toBe('spare:1');
    expect(await docker.text('images', '-q', 'spare:1')).toBe(await docker.text('images', '-q', image));
    await docker.text('rmi', 'spare:1', other.config.descriptor.digest);
  });

  test('a volume comes back as it was', async () => {
    await docker.run(['run', '--rm', '-v', 'data:/srv/w', image, 'sh', '-c', WORK]);
    const before = await treeHash(join(engine.dataRoot, 'volumes', 'data'));
    await estrato.text('trash', 'empty');
    await docker.text('volume', 'rm', 'data');
    expect(await docker.text('volume', 'ls', '-q')).toBe('');
    expect(await estrato.text('trash', 'restore', 'data')).toBe('data');
    expect(await treeHash(join(engine.dataRoot, 'volumes', 'data'))).toBe(before);
    expect(await docker.text('run', '--rm', '-v', 'data:/kept', image, 'cat', '/kept/again')).toBe('words');
  });

  test("Docker's clients hear of a removal and not of the trash", async () => {
    const since = new Date().toISOString();
    await docker.text('create', '--name', 'web', image, 'true');
    await docker.text('rm', 'web');
    await estrato.text('trash', 'restore', 'web');
    const until = String(Math.ceil(Date.now() / 1000) + 1);
    const format = ['--format', '{{.Type}} {{.Action}}'];
    expect(await docker.text('events', '--since', since, '--until', until, ...format)).toBe(
      'container create\ncontainer destroy\ncontainer create',
    );
  });

  test('what is over the budget goes', async () => {
    await docker.text('create', '--name', 'web', image, 'true');
    await docker.text('rm', 'web');
    expect(await estrato.text('trash', 'settings', '--max-size', '0')).toContain('at most 0B');
    await expect.poll(() => estrato.text('trash', 'ls'), { timeout: 20_000 }).not.toContain('web');
    expect(await estrato.text('trash', 'settings', '--max-size', '5g', '--max-age', '7d')).toBe(
      'at most 5.37GB, for at most 168 hours',
    );
  });
});
