import { accessSync, constants, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith, isOpenToOthers, launcherPath } from '#engine/testing/requires.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

/** On every system, and never somebody with ids set aside (subuid(5)): the poorest user there is. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

/** What stands in nobody's way: without it nobody can't even read the program. */
function obstacle(): string | undefined {
  const limit = Number(readFileSync('/proc/sys/user/max_user_namespaces', 'utf8'));
  if (!(limit > 0)) return 'user namespaces';
  try {
    accessSync(launcherPath, constants.X_OK);
  } catch {
    return 'the launcher';
  }
  return isRoot && !isOpenToOthers() ? 'a checkout that others may read' : undefined;
}

const lacking = obstacle();
const title = 'an engine of somebody who is not root';

describe.skipIf(lacking !== undefined)(
  lacking === undefined ? title : `${title} (this machine lacks ${lacking})`,
  () => {
    let engine: TestEngine;
    let docker: DockerCli;
    let image = '';

    beforeAll(async () => {
      engine = await startTestEngine(isRoot ? { uid: NOBODY } : {});
      docker = new DockerCli(engine.host);
      image = await engine.loadStory();
    });
    afterAll(() => engine[Symbol.asyncDispose]());

    test('runs containers, in which there is a root that is none outside', async () => {
      const said = await docker.text('run', '--rm', image, 'sh', '-c', 'id -u; cat /proc/self/uid_map; hello');
      expect(said).toMatch(/^0\n/);
      expect(said).not.toMatch(/^ *0 +0 /m);
      expect(said).toContain('greeting = hello from the third layer');
    });

    test('gives them files of their own over layers that stay as they are', async () => {
      const script = 'rm settings.ini; mkdir made; echo x > made/x; ls';
      expect(await docker.text('run', '--rm', image, 'sh', '-c', script)).toContain('made');
      expect(await docker.text('run', '--rm', image, 'cat', 'settings.ini')).toContain('greeting');
    });

    test('says that it has no limits, and why', async () => {
      const info = await docker.text('info', '--format', '{{json .Warnings}} {{json .SecurityOptions}}');
      expect(info).toContain('with the controller memory are delegated to you');
      expect(info).toContain('name=rootless');
    });

    test('keeps what is removed, and what volumes held', async () => {
      const write = 'echo first > /data/file; echo changed > settings.ini; chown 1 /data/file 2>/dev/null; true';
      await docker.text('run', '--name', 'web', '-v', 'data:/data', image, 'sh', '-c', write);
      await engine.call('volumes.save', { name: 'data', point: 'first' });
      const again = 'cat settings.ini /data/file; echo second > /data/file';
      await docker.text('run', '--rm', '-v', 'data:/data', image, 'sh', '-c', again);
      await engine.call('volumes.restore', { name: 'data', point: 'first' });
      const { trash } = await engine.call('containers.remove', { id: 'web' });
      await engine.restart('SIGKILL');
      await engine.call('trash.restore', { id: trash });
      expect(await docker.text('diff', 'web')).toMatch(/C .*settings\.ini/);
      expect(await docker.text('run', '--rm', '-v', 'data:/data', image, 'cat', '/data/file')).toBe('first');
      await docker.text('rm', 'web');
    });

    test('builds images of them', async () => {
      await using folder = await temporaryDirectory('context');
      const lines = [
        `FROM ${image}`,
        'COPY words /words',
        'RUN cat /words > /made && chmod 640 /made',
        'CMD cat /made',
      ];
      await writeFile(join(folder.path, 'Dockerfile'), lines.join('\n'));
      await writeFile(join(folder.path, 'words'), 'of a person');
      await docker.text('build', '-t', 'made:1', folder.path);
      expect(await docker.text('run', '--rm', 'made:1')).toBe('of a person');
    });

    test('is killed, and the next one finds its containers', async () => {
      const id = await docker.text('run', '-d', image, 'sh', '-c', 'echo begun; exec sleep 1000');
      await engine.restart('SIGKILL');
      expect(await docker.text('exec', id, 'echo', 'still here')).toBe('still here');
      expect(await docker.text('logs', id)).toBe('begun');
      await docker.text('rm', '-f', id);
      expect(await docker.text('ps', '-aq')).toBe('');
    });
  },
);

describeWith(
  ['root', 'launcher', 'busybox', 'docker client', 'id mappers', 'open checkout'],
  'an engine of somebody who has ids set aside',
  () => {
    /** Of nobody else on this machine. */
    const FIRST = 3_000_000;
    let engine: TestEngine;
    let docker: DockerCli;
    let image = '';

    beforeAll(async () => {
      engine = await startTestEngine({ uid: NOBODY, ids: `${FIRST}:65536` });
      docker = new DockerCli(engine.host);
      image = await engine.loadStory();
    });
    afterAll(() => engine[Symbol.asyncDispose]());

    test('gives containers all of them, and files to whom they belong', async () => {
      const script = 'cat /proc/self/uid_map; echo x > /mine; chown 1000:5 /mine; stat -c %u:%g /mine';
      const said = await docker.text('run', '--rm', image, 'sh', '-c', script);
      expect(said.trim().split(/\s+/)).toEqual(['0', String(NOBODY), '1', '1', String(FIRST), '65536', '1000:5']);
    });

    test('runs programs as other users, who are nobody of the machine’s', async () => {
      const id = await docker.text('run', '-d', '-u', '1000:5', image, 'sleep', '1000');
      const pid = await docker.text('inspect', '-f', '{{.State.Pid}}', id);
      expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(
        new RegExp(`^Uid:\\s${FIRST + 999}\\s.*\nGid:\\s${FIRST + 4}\\s`, 'm'),
      );
      expect(await docker.text('exec', '-u', '7', id, 'id', '-u')).toBe('7');
    });

    test('builds images with files of several users, and removes them', async () => {
      await using folder = await temporaryDirectory('context');
      const lines = [`FROM ${image}`, 'COPY --chown=12:34 Dockerfile /his', 'RUN chown 1000 /root', 'USER 77'];
      await writeFile(join(folder.path, 'Dockerfile'), lines.join('\n'));
      await docker.text('build', '-t', 'made:1', folder.path);
      expect(await docker.text('run', '--rm', 'made:1', 'sh', '-c', 'id -u; stat -c %u:%g /his /root')).toBe(
        '77\n12:34\n1000:0',
      );
      await docker.text('rmi', 'made:1');
    });

    test('is killed, and the next one acts for the same ids', async () => {
      await docker.text('run', '-d', '--name', 'box', '-v', 'data:/data', image, 'sleep', '1000');
      await docker.text('exec', 'box', 'sh', '-c', 'echo his > /data/file; chown 9:9 /data/file');
      await engine.restart('SIGKILL');
      expect(await docker.text('exec', '-u', '9', 'box', 'stat', '-c', '%u', '/data/file')).toBe('9');
      await docker.text('rm', '-f', 'box');
      await docker.text('volume', 'rm', 'data');
    });
  },
);
