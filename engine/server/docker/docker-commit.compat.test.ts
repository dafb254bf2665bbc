import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { describeWith, launcherPath } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

/** Everything that a layer can say: what came, changed, went, came again as something else, hangs together. */
const WORK = `
  set -e
  echo mine > settings.ini
  rm readme.md
  rm -r /home && echo a file > /home
  rm data.bin && mkdir data.bin && echo inside > data.bin/inside
  mkdir -p -m 1750 /new/deep && chown 1000:1001 /new/deep
  echo one > /new/one && ln /new/one /new/deep/other && ln -s /new/one /new/link && mkfifo /new/pipe
  mknod /new/device c 1 3 && chmod 4755 /new/one
  truncate -s 5m /new/sparse && echo end >> /new/sparse
  touch -d '2020-02-03 04:05:06' /new/old
`;
const LIST = `
  find / -xdev -path /proc -prune -o -path /sys -prune -o -path /dev -prune -o -path '/etc/host*' -prune -o -path /etc/resolv.conf -prune -o -print | sort | while read -r file; do
    stat -c '%n %A %u %g %h %s %t:%T %Y' "$file"
    [ -f "$file" ] && [ ! -L "$file" ] && md5sum < "$file"
    [ -L "$file" ] && readlink "$file"
  done; true
`;

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'docker commit', () => {
  const { engine, docker, image } = storyScene();

  const inside = (name: string, script: string): Promise<string> => docker.text('exec', name, 'sh', '-c', script);

  /** Without the sizes and times of directories, which no layer keeps. */
  async function listing(name: string): Promise<string[]> {
    return (await inside(name, LIST)).split('\n').map((line) => line.replace(/^(\S+ d\S+ \d+ \d+) .*$/, '$1'));
  }

  async function layersOf(name: string): Promise<string[]> {
    return (await docker.text('image', 'inspect', '-f', '{{join .RootFS.Layers " "}}', name)).split(' ');
  }

  test('keeps the tree as it stands, of one that runs, in one more layer', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
    await inside('box', WORK);
    const before = await listing('box');
    await setAttribute(
      Number(await docker.text('inspect', '-f', '{{.State.Pid}}', 'box')),
      'new/one',
      'user.note',
      'kept',
    );
    const id = await docker.text('commit', 'box', 'made:1');
    expect(await docker.text('image', 'inspect', '-f', '{{.Id}}', 'made:1')).toBe(id);
    const [parent, made] = [await layersOf(image), await layersOf('made:1')];
    expect(made.slice(0, -1)).toEqual(parent);
    expect(await docker.text('inspect', '-f', '{{.State.Status}}', 'box')).toBe('running');

    await docker.text('run', '-d', '--name', 'copy', 'made:1', 'sleep', '1000');
    expect(await listing('copy')).toEqual(before);
    expect(await docker.text('diff', 'copy')).toBe('');
    const pid = Number(await docker.text('inspect', '-f', '{{.State.Pid}}', 'copy'));
    expect(await attributes(pid, 'new/one')).toContain(`new/one\0user.note\0${Buffer.from('kept').toString('hex')}`);
    // The same changes are the same layer.
    await docker.text('stop', '-t', '0', 'box');
    await docker.text('commit', 'box', 'made:2');
    expect(await layersOf('made:2')).toEqual(made);
  });

  test('says who, why and what is run', async () => {
    await docker.text('run', '--name', 'box', '-e', 'OWN=1', image, 'sh', '-c', 'echo hi > /said');
    const words = ['-a', 'Ada <ada@example.com>', '-m', 'for later'];
    const changes = ['-c', 'CMD ["cat", "/said"]', '-c', 'ENV A="b c" D=e', '-c', 'EXPOSE 80', '-c', 'LABEL a=b'];
    await docker.text('commit', ...words, ...changes, 'box', 'made:3');
    const format = '{{.Author}} {{.Comment}} {{json .Config.Cmd}} {{json .Config.ExposedPorts}} {{.Config.Labels.a}}';
    expect(await docker.text('image', 'inspect', '-f', format, 'made:3')).toBe(
      'Ada <ada@example.com> for later ["cat","/said"] {"80/tcp":{}} b',
    );
    expect(await docker.text('run', '--rm', 'made:3')).toBe('hi');
    expect(await docker.text('run', '--rm', 'made:3', 'sh', '-c', 'echo $OWN $A $D')).toBe('1 b c e');
    const history = await docker.text('history', '--no-trunc', '--format', '{{.CreatedBy}}|{{.Comment}}', 'made:3');
    expect(history.split('\n')[0]).toBe('sh -c echo hi > /said|for later');
    const { code, stderr } = await docker.run(['commit', '-c', 'RUN make', 'box']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('RUN is not a valid change command')]);
  });

  test('of one that changed nothing, and without a name', async () => {
    await docker.text('create', '--name', 'box', image);
    const id = await docker.text('commit', 'box');
    expect(await layersOf(id)).toEqual(await layersOf(image));
    expect(await docker.text('images', '-q', '--no-trunc', '-f', 'dangling=true')).toContain(id);
    const { code, stderr } = await docker.run(['commit', 'nobody']);
    expect([code, stderr]).toEqual([1, expect.stringContaining('No such container')]);
  });

  test('killed in the middle it leaves nothing, and the container goes on', async () => {
    const script =
      'dd if=/dev/zero of=/big bs=1M count=400 2>/dev/null; echo ready; while :; do echo on; sleep 0.1; done';
    await docker.text('run', '-d', '--name', 'box', image, 'sh', '-c', script);
    {
      await using logs = docker.start(['logs', '-f', 'box']);
      await logs.until(/ready\n/);
    }
    const id = await docker.text('inspect', '-f', '{{.Id}}', 'box');
    await using committing = docker.start(['commit', 'box', 'made:4']);
    while (!existsSync(join(engine.dataRoot, 'containers', id, 'committing'))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await engine.restart('SIGKILL');
    await committing.ended;
    expect(await docker.text('inspect', '-f', '{{.State.Status}}', 'box')).toBe('running');
    await using logs = docker.start(['logs', '-f', '--tail', '0', 'box']);
    await logs.until(/on\n/);
    expect(await readdir(join(engine.dataRoot, 'tmp'))).toEqual([]);
    expect(await docker.text('images', '-q', 'made:4')).toBe('');
    await docker.text('commit', 'box', 'made:4');
    expect(await docker.text('run', '--rm', 'made:4', 'stat', '-c', '%s', '/big')).toBe(String(400 * 1024 * 1024));
  });
});

/** By the launcher's own role for layers: Node sets none. */
async function setAttribute(pid: number, path: string, name: string, value: string): Promise<void> {
  const fields = ['xattr', path, name, Buffer.from(value).toString('hex')];
  await feed(['layer', `/proc/${pid}/root`], fields);
}

async function attributes(pid: number, path: string): Promise<string> {
  return feed(['attributes', `/proc/${pid}/root`], [path]);
}

async function feed(args: readonly string[], fields: readonly string[]): Promise<string> {
  const child = spawn(launcherPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.setEncoding('latin1').on('data', (text: string) => (said += text));
  child.stdin.end(fields.map((field) => `${field}\0`).join(''));
  await once(child, 'close');
  expect(child.exitCode).toBe(0);
  return said;
}
