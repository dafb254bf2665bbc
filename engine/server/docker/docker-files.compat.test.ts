import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory, type TemporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

const run = promisify(execFile);

describeWith(
  ['root', 'launcher', 'busybox', 'docker client'],
  "a container's files, through Docker's command line",
  () => {
    const { docker, engine, image } = storyScene();

    /** Runs a script to its end in a container called box. */
    async function ran(script: string, ...options: readonly string[]): Promise<void> {
      await docker.text('run', '--name', 'box', ...options, image, 'sh', '-ec', script);
    }

    describe('diff', () => {
      test('says nothing of a container that did nothing', async () => {
        await ran('true', '--tmpfs', '/scratch/here', '-v', '/etc/hosts:/bound/file');
        expect(await docker.text('diff', 'box')).toBe('');
      });

      test('tells what was added, changed and deleted, with the directories on the way', async () => {
        await ran(
          'mkdir -p /new/deep; echo x > /new/deep/file; ln -s /nowhere /new/link; echo y >> /etc/passwd; rm /etc/group',
        );
        expect((await docker.text('diff', 'box')).split('\n')).toEqual([
          'C /etc',
          'D /etc/group',
          'C /etc/passwd',
          'A /new',
          'A /new/deep',
          'A /new/deep/file',
          'A /new/link',
        ]);
      });

      test('of a directory that was removed and made again tells what is missing', async () => {
        await ran('cp -a /srv/app/data.bin /d; rm -r /srv/app; mkdir /srv/app; mv /d /srv/app/data.bin');
        expect((await docker.text('diff', 'box')).split('\n')).toEqual([
          'C /srv',
          'C /srv/app',
          'D /srv/app/latest',
          'D /srv/app/readme-too.md',
          'D /srv/app/readme.md',
          'D /srv/app/settings.ini',
        ]);
      });

      test('tells of owners and modes, and of one thing in the place of another', async () => {
        await ran('chmod 700 /root; chown 5:6 /etc/passwd; rm /etc/group; mkdir /etc/group; touch /etc/group/inside');
        expect((await docker.text('diff', 'box')).split('\n')).toEqual([
          'C /etc',
          'C /etc/group',
          'A /etc/group/inside',
          'C /etc/passwd',
          'C /root',
        ]);
      });

      test('of one that runs tells what there is by now', async () => {
        await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
        await docker.text('exec', 'box', 'touch', '/here');
        expect(await docker.text('diff', 'box')).toBe('A /here');
      });
    });

    describe('export', () => {
      test.each(['running', 'exited'])(
        'has the whole tree of one that is %s, without what is mounted',
        async (state) => {
          await docker.text(
            'run',
            '-di',
            '--name',
            'box',
            image,
            'sh',
            '-c',
            'echo new > /new; ln -s /etc/passwd /link; cat',
          );
          await using logs = docker.start(['attach', 'box']);
          logs.write('go\n');
          await logs.until(/go/);
          if (state === 'exited') await docker.text('kill', 'box');
          await using dir = await temporaryDirectory('export');
          await docker.text('export', '-o', join(dir.path, 'box.tar'), 'box');
          const { stdout } = await run('tar', ['-tvf', join(dir.path, 'box.tar')]);
          expect(stdout).toMatch(/-rwxr-xr-x 0\/0 .* bin\/busybox\n/);
          expect(stdout).toMatch(/ link -> \/etc\/passwd\n/);
          expect(stdout).toMatch(/ proc\/\n/);
          expect(stdout).not.toMatch(/ proc\/.|notes\.txt| dev\/null/);
          const { stdout: file } = await run('tar', ['-xOf', join(dir.path, 'box.tar'), 'new']);
          expect(file).toBe('new\n');
        },
      );
    });

    describe('cp', () => {
      let dir: TemporaryDirectory;
      beforeEach(async () => {
        dir = await temporaryDirectory('cp');
      });
      afterEach(() => dir[Symbol.asyncDispose]());

      const local = (name: string): string => join(dir.path, name);

      async function box(state: 'running' | 'exited'): Promise<void> {
        await docker.text('run', '-d', '--name', 'box', image, ...(state === 'running' ? ['sleep', '1000'] : ['true']));
        if (state === 'exited') await docker.text('wait', 'box');
      }

      describe.each(['running', 'exited'] as const)('with one that is %s', (state) => {
        test('a file goes in and comes out as it was', async () => {
          await box(state);
          await writeFile(local('in'), 'some words', { mode: 0o640 });
          await docker.text('cp', local('in'), 'box:/srv/app/renamed');
          await docker.text('cp', 'box:/srv/app/renamed', local('out'));
          expect(await readFile(local('out'), 'utf8')).toBe('some words');
          expect((await stat(local('out'))).mode & 0o777).toBe(0o640);
          expect(await docker.text('diff', 'box')).toContain('A /srv/app/renamed');
        });

        test('a directory goes in and comes out, whole or only what is in it', async () => {
          await box(state);
          await mkdir(local('tree/sub'), { recursive: true });
          await writeFile(local('tree/sub/file'), 'deep');
          await symlink('sub/file', local('tree/link'));
          await docker.text('cp', local('tree'), 'box:/srv');
          await docker.text('cp', `${local('tree')}/.`, 'box:/srv/app');
          await docker.text('cp', 'box:/srv', local('out'));
          expect(await readFile(local('out/tree/sub/file'), 'utf8')).toBe('deep');
          expect(await readlink(local('out/app/link'))).toBe('sub/file');
          expect(await readFile(local('out/app/settings.ini'), 'utf8')).toContain('hello');
        });

        test('links lead within the container only, in the path and in what is copied', async () => {
          await writeFile(local('secret'), 'of the host');
          const links = `ln -s ${local('secret')} /out; ln -s ${dir.path} /away; ln -s /srv/app /app; ln -s ../../../../.. /srv/up`;
          const end = state === 'running' ? 'echo ready; exec sleep 1000' : 'echo ready';
          await docker.text('run', '-d', '--name', 'box', image, 'sh', '-c', `${links}; ${end}`);
          await using logs = docker.start(['logs', '-f', 'box']);
          await logs.until(/ready/);
          if (state === 'exited') await docker.text('wait', 'box');
          expect((await docker.run(['cp', '-L', 'box:/out', local('got')])).code).toBe(1);
          expect((await docker.run(['cp', 'box:/away/secret', local('got')])).stderr).toMatch(
            /Could not find the file|No such container:path/,
          );
          await docker.text('cp', 'box:/app/settings.ini', local('settings'));
          expect(await readFile(local('settings'), 'utf8')).toContain('hello');
          await docker.text('cp', 'box:/srv/up/srv/app/data.bin', local('data'));
          await writeFile(local('new'), 'overwritten');
          expect((await docker.run(['cp', local('new'), 'box:/away/secret'])).code).toBe(1);
          expect(await readFile(local('secret'), 'utf8')).toBe('of the host');
          await docker.text('cp', 'box:/out', local('link'));
          expect(await readlink(local('link'))).toBe(local('secret'));
        });
      });

      // CVE-2018-15664
      test('a directory that is swapped for a link, over and over, leads nowhere else', async () => {
        await writeFile(local('file'), 'of the host');
        const swap = 'while :; do mv real at; mv at real; mv link at; mv at link; done';
        const script = `mkdir /s /s/real; cd /s; echo inside > real/file; ln -s ${dir.path} link; ${swap}`;
        await docker.text('run', '-d', '--name', 'box', image, 'sh', '-c', script);
        const archive = await tarOf({ name: 'file', body: 'overwritten' }, { name: 'new' });
        const said = { out: new Set<number>(), into: new Set<number>() };
        for (let round = 0; round < 200; round += 1) {
          const out = await engine.ask('/containers/box/archive?path=/s/at/file');
          said.out.add(out.status);
          expect(out.body).not.toContain('of the host');
          const into = await engine.ask('/containers/box/archive?path=/s/at', { method: 'PUT', body: archive });
          said.into.add(into.status);
        }
        // Sometimes the directory was there, sometimes nothing or the link.
        for (const statuses of [said.out, said.into]) expect([...statuses]).toEqual(expect.arrayContaining([200, 404]));
        expect(await readdir(dir.path)).toEqual(['file']);
        expect(await readFile(local('file'), 'utf8')).toBe('of the host');
      });

      test('of a running one the whole root comes out, and it ends', async () => {
        await box('running');
        await mkdir(local('out'));
        const { code, stderr } = await docker.run(['cp', 'box:/', local('out')]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(await readdir(local('out'))).toEqual(expect.arrayContaining(['bin', 'etc', 'proc', 'srv']));
        expect(await readdir(local('out/proc'))).toEqual([]);
      });

      test('-a gives what is copied to the user of the container', async () => {
        await docker.text('run', '-d', '-u', '1234:4321', '--name', 'box', image, 'sleep', '1000');
        await writeFile(local('in'), '');
        await docker.text('cp', '-a', local('in'), 'box:/srv/in');
        expect(await docker.text('exec', 'box', 'stat', '-c', '%u:%g', '/srv/in')).toBe('1234:4321');
      });

      test('says why not', async () => {
        await box('running');
        await writeFile(local('in'), '');
        for (const [from, to, words] of [
          // Before its version 23 the client has a sentence of its own for what the engine says.
          [
            'box:/none',
            local('out'),
            /Could not find the file \/none in container box|No such container:path: box:\/none/,
          ],
          [
            local('in'),
            'box:/none/deep',
            /Could not find the file \/none in container box|No such container:path: box:\/none/,
          ],
          [local('in'), 'box:/etc/passwd/', /no such directory/],
        ] as const) {
          const { code, stderr } = await docker.run(['cp', from, to]);
          expect(code).toBe(1);
          expect(stderr).toMatch(words);
        }
        await docker.text('run', '--read-only', '--name', 'ro', image, 'true');
        expect((await docker.run(['cp', local('in'), 'ro:/srv'])).stderr).toContain(
          'container rootfs is marked read-only',
        );
        await docker.text('run', '-v', `${dir.path}:/bound`, '--name', 'bound', image, 'true');
        expect((await docker.run(['cp', local('in'), 'bound:/bound'])).stderr).toContain('start it to copy there');
      });
    });
  },
);
