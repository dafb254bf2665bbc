import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

/** A machine may be busy with others. */
const PATIENCE = { timeout: 30_000 };

describeWith(['root', 'launcher', 'busybox'], "Docker's verbs of estrato", () => {
  const { estrato, image } = storyScene();

  test.each([
    ['the exit code of what ran', ['sh', '-c', 'exit 7'], 7, ''],
    ['127 for a program that is not there', ['nosuch'], 127, 'executable file not found'],
    ['126 for one that can not be run', ['/etc'], 126, 'permission denied'],
  ])('run ends with %s', async (_, command, code, words) => {
    const ending = await estrato.run(['run', '--rm', image, ...command]);
    expect(ending.code).toBe(code);
    expect(ending.stderr).toContain(words);
  });

  test('run ends with 125 where nothing was made, in the words that Docker has', async () => {
    expect(await estrato.run(['run', '--network', 'nosuch', image, 'true'])).toMatchObject({
      code: 125,
      stderr: 'estrato: network nosuch not found\n',
    });
    const missing = await estrato.run(['run', '--pull', 'never', 'nosuch:1', 'true']);
    expect(missing).toMatchObject({ code: 125, stderr: 'estrato: No such image: nosuch:1\n' });
    expect(await estrato.run(['run', '-it', image, 'true'])).toMatchObject({
      code: 125,
      stderr: 'estrato: the input device is not a TTY\n',
    });
  });

  test('output and errors are apart, and standard input goes in to its end', async () => {
    const script = 'cat; echo bad >&2';
    expect(await estrato.run(['run', '--rm', '-i', image, 'sh', '-c', script], 'said')).toMatchObject({
      code: 0,
      stdout: 'said',
      stderr: 'bad\n',
    });
    await estrato.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    expect(await estrato.run(['exec', '-i', '-e', 'A=b', 'box', 'sh', '-c', `${script}; exit 9`], 'in')).toMatchObject({
      code: 9,
      stdout: 'in',
      stderr: 'bad\n',
    });
  });

  test('options of run are what the container has', async () => {
    await using dir = await temporaryDirectory('run');
    await writeFile(join(dir.path, 'vars'), '# some\nFROM_FILE=1\nA=file\n');
    await writeFile(join(dir.path, 'here'), 'from here');
    const options = [
      `--env-file ${join(dir.path, 'vars')} -e A=option -w /tmp -u 0:5 --hostname me --label x=y -m 64m --cpus 0.5`,
      `--cap-drop ALL -v ${dir.path}:/data:ro --mount type=tmpfs,target=/t --restart on-failure:2 --stop-timeout 1`,
      '--health-cmd true --health-interval 1h',
    ].flatMap((line) => line.split(' '));
    const id = await estrato.text('run', '-d', '--name', 'box', ...options, image, 'sleep', '1000');
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const said = await estrato.text(
      'exec',
      'box',
      'sh',
      '-c',
      'echo $A $FROM_FILE $(pwd) $(id -g) $(hostname); cat /data/here',
    );
    expect(said).toBe('option 1 /tmp 5 me\nfrom here');
    const template =
      '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{json .HostConfig.CapDrop}} {{.Config.Labels.x}} {{json .HostConfig.RestartPolicy}}';
    expect(await estrato.text('inspect', '-f', template, 'box')).toBe(
      '67108864 500000000 ["ALL"] y {"Name":"on-failure","MaximumRetryCount":2}',
    );
  });

  test('signals go to what runs', async () => {
    const script = 'trap "echo asked; exit 3" TERM; echo waiting; while :; do sleep 0.05; done';
    await using running = estrato.start(['run', '--rm', image, 'sh', '-c', script]);
    await running.until(/waiting\n/);
    running.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 3, stdout: 'waiting\nasked\n' });
  });

  test('containers are started, stopped, paused, renamed and removed', async () => {
    await estrato.text('create', '--name', 'one', image, 'sleep', '1000');
    expect(await estrato.text('start', 'one')).toBe('one');
    const state = (): Promise<string> => estrato.text('inspect', '-f', '{{.State.Status}}', 'one');
    await estrato.text('pause', 'one');
    expect(await state()).toBe('paused');
    await estrato.text('unpause', 'one');
    expect(await estrato.text('restart', '-t', '0', 'one')).toBe('one');
    expect(await state()).toBe('running');
    expect(await estrato.text('kill', 'one')).toBe('one');
    expect(await estrato.text('wait', 'one')).toBe('137');
    await estrato.text('rename', 'one', 'other');
    expect(await estrato.run(['stop', 'nosuch', 'other'])).toMatchObject({
      code: 1,
      stdout: 'other\n',
      stderr: 'estrato: No such container: nosuch\n',
    });
    expect(await estrato.text('container', 'rm', 'other')).toBe('other');
    expect(await estrato.text('ps', '-aq')).toBe('');
  });

  test('start -a joins what it starts, and ends as it does', async () => {
    await estrato.text('create', '--name', 'box', image, 'sh', '-c', 'echo said; exit 5');
    expect(await estrato.run(['start', '-a', 'box'])).toMatchObject({ code: 5, stdout: 'said\n' });
    expect(await estrato.run(['attach', 'box'])).toMatchObject({
      code: 1,
      stderr: 'estrato: You cannot attach to a stopped container, start it first\n',
    });
  });

  test('ps is narrowed, and shown as it is asked for', async () => {
    await estrato.text(
      'run',
      '-d',
      '--name',
      'web',
      '--label',
      'tier=front',
      '-p',
      '127.0.0.1::80',
      image,
      'sleep',
      '9',
    );
    await estrato.text('create', '--name', 'db', image, 'sleep', '1000');
    expect(await estrato.text('ps', '--format', '{{.Names}}')).toBe('web');
    expect(await estrato.text('ps', '-a', '-f', 'status=created', '--format', '{{.Names}} {{.State}}')).toBe(
      'db created',
    );
    expect(await estrato.text('ps', '-f', 'label=tier', '-q')).toMatch(/^[0-9a-f]{12}$/);
    const rows = (await estrato.text('ps', '-a', '--no-trunc', '--format', 'json'))
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(rows).toMatchObject([
      { Names: 'db', State: 'created' },
      { Names: 'web', Command: '"sleep 9"', State: 'running' },
    ]);
    expect(await estrato.text('port', 'web', '80')).toMatch(/^127\.0\.0\.1:\d+$/);
    expect((await estrato.run(['ps', '-f', 'tier'])).stderr).toContain('bad format of filter (expected name=value)');
  });

  test('logs are the last lines, with their times, or since a while ago', async () => {
    await estrato.text('run', '--name', 'box', image, 'sh', '-c', 'echo one; echo two; echo bad >&2');
    expect(await estrato.run(['logs', 'box'])).toMatchObject({ stdout: 'one\ntwo\n', stderr: 'bad\n' });
    expect((await estrato.run(['logs', '-n', '2', 'box'])).stdout).toBe('two\n');
    expect((await estrato.run(['logs', '-t', 'box'])).stdout).toMatch(/^\d{4}-\d\d-\d\dT\S+Z one\n/);
    expect((await estrato.run(['logs', '--since', '1h', 'box'])).stdout).toBe('one\ntwo\n');
    expect((await estrato.run(['logs', '--until', '1h', 'box'])).stdout).toBe('');
    expect((await estrato.run(['logs', '-n', 'some', 'box'])).stderr).toContain('no number of lines');
  });

  test('files are copied out and in, as files, folders, contents and tars', async () => {
    await using dir = await temporaryDirectory('copy');
    const here = (path: string): string => join(dir.path, path);
    await estrato.text(
      'run',
      '-d',
      '--name',
      'box',
      image,
      'sh',
      '-c',
      'mkdir -p /d/e; echo in > /d/e/f; ln -s f /d/e/l; sleep 1000',
    );
    await expect.poll(async () => (await estrato.run(['exec', 'box', 'cat', '/d/e/f'])).stdout, PATIENCE).toBe('in\n');
    await estrato.text('cp', 'box:/d/e/f', here('file'));
    expect(await readFile(here('file'), 'utf8')).toBe('in\n');
    await estrato.text('cp', 'box:/d', here('new'));
    expect(await readFile(here('new/e/l'), 'utf8')).toBe('in\n');
    await mkdir(here('into'));
    await estrato.text('cp', 'box:/d/.', here('into'));
    expect(await readFile(here('into/e/f'), 'utf8')).toBe('in\n');
    await estrato.text('cp', 'box:/d', here('into'));
    expect(await readFile(here('into/d/e/f'), 'utf8')).toBe('in\n');

    await writeFile(here('into/more'), 'more');
    await estrato.text('cp', here('into'), 'box:/copied');
    await estrato.text('cp', `${here('into')}/.`, 'box:/d');
    await estrato.text('cp', here('file'), 'box:/d/renamed');
    expect(await estrato.text('exec', 'box', 'cat', '/copied/more', '/d/more', '/d/renamed')).toBe('moremorein');
    const tar = await estrato.run(['cp', 'box:/d/renamed', '-']);
    expect(tar.stdout).toContain('renamed');
    await estrato.run(['cp', '-', 'box:/copied'], tar.stdout);
    expect(await estrato.text('exec', 'box', 'cat', '/copied/renamed')).toBe('in');

    expect((await estrato.run(['cp', 'box:/nosuch', here('x')])).stderr).toContain('Could not find the file /nosuch');
    expect((await estrato.run(['cp', here('nosuch'), 'box:/'])).stderr).toContain('no such file or directory');
    expect((await estrato.run(['cp', 'box:/d', here('nosuch/x')])).stderr).toContain('does not exist');
  });

  test('what a container is doing and has done is told', async () => {
    await estrato.text('run', '-d', '--name', 'box', image, 'sh', '-c', 'echo > /made; sleep 1000');
    await expect.poll(() => estrato.text('diff', 'box'), PATIENCE).toContain('A /made');
    expect(await estrato.text('top', 'box', '-o', 'pid,comm')).toMatch(/^PID\s+COMMAND\n/);
    const [row] = (await estrato.text('stats', '--no-stream', '--format', 'json')).split('\n');
    expect(JSON.parse(row ?? '')).toMatchObject({ Name: 'box' });
    expect(await estrato.text('commit', '-c', 'CMD ["true"]', 'box', 'made:1')).toMatch(/^sha256:/);
    expect(await estrato.text('run', '--rm', 'made:1', 'ls', '/made')).toBe('/made');
    expect((await estrato.run(['export', 'box'])).stdout).toContain('bin/busybox');
    expect(await estrato.text('update', '--memory', '96m', '--memory-swap', '-1', 'box')).toBe('box');
    expect(await estrato.text('inspect', '-f', '{{.HostConfig.Memory}}', 'box')).toBe(String(96 * 1024 * 1024));
  });

  test('images are listed, tagged, and told of', async () => {
    await estrato.text('tag', image, 'team/other:2');
    expect(await estrato.text('images', '--format', '{{.Repository}}:{{.Tag}}', 'team/other')).toBe('team/other:2');
    const id = await estrato.text('images', '-q', '--no-trunc', image);
    expect(await estrato.text('image', 'inspect', '-f', '{{.Id}}', 'team/other:2')).toBe(id);
    expect(await estrato.text('history', '--format', '{{.CreatedBy}}', image)).toContain('CMD ["sh"]');
    await estrato.text('image', 'rm', 'team/other:2');
    expect(await estrato.text('images', '-q', 'team/other')).toBe('');
  });

  test('networks are made, joined, left and removed', async () => {
    await estrato.text('network', 'create', '--subnet', '10.213.77.0/24', '--label', 'a=b', 'back');
    await estrato.text('run', '-d', '--name', 'db', '--network', 'back', '--ip', '10.213.77.9', image, 'sleep', '1000');
    await estrato.text('run', '-d', '--name', 'web', image, 'sleep', '1000');
    await estrato.text('network', 'connect', '--alias', 'shop', 'back', 'web');
    expect(await estrato.text('exec', 'db', 'ping', '-c', '1', 'shop')).toContain('1 packets received');
    expect(await estrato.text('network', 'inspect', '-f', '{{.Labels.a}}', 'back')).toBe('b');
    await estrato.text('network', 'disconnect', 'back', 'web');
    expect((await estrato.run(['network', 'rm', 'back'])).stderr).toContain('has active endpoints');
    await estrato.text('rm', '-f', 'db');
    expect(await estrato.text('network', 'prune', '--force')).toBe('Deleted Networks:\nback');
    expect(await estrato.text('network', 'ls', '-q', '-f', 'name=back')).toBe('');
  });

  test('what nobody uses goes once that is said', async () => {
    await estrato.text('run', '--name', 'old', '-v', '/data', image, 'true');
    const refused = await estrato.run(['system', 'prune', '--volumes'], 'n\n');
    expect(refused).toMatchObject({ code: 0, stdout: '' });
    expect(refused.stderr).toContain('This will remove:\n  - all stopped containers\n');
    const id = await estrato.text('ps', '-aq', '--no-trunc');
    const done = await estrato.run(['system', 'prune', '--volumes'], 'y\n');
    expect(done.stdout).toContain(`Deleted Containers:\n${id}\n`);
    expect(done.stdout).toContain('Deleted Volumes:\n');
    expect(await estrato.text('volume', 'ls', '-q')).toBe('');
    expect(await estrato.text('system', 'df', '--format', '{{.Type}} {{.TotalCount}}')).toContain(
      'Containers 0\nLocal Volumes 0\nBuild Cache 0',
    );
  });

  test('what happens is told as it happens', async () => {
    await using watching = estrato.start([
      'events',
      '--filter',
      'type=container',
      '--format',
      '{{.Action}} {{.Actor.Attributes.name}}',
    ]);
    const others = estrato.start(['events', '--since', '1h', '--format', 'json']);
    await using _ = others;
    await others.until(/"Type"/);
    await estrato.text('run', '--rm', '--name', 'brief', image, 'true');
    await watching.until(/create brief\n(.*\n)*start brief\n(.*\n)*die brief\n(.*\n)*destroy brief\n/);
  });
});
