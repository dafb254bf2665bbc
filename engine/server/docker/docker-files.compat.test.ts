import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { DockerCli } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

describeWith(
  ['root', 'launcher', 'busybox', 'docker client'],
  "a container's files, through Docker's command line",
  () => {
    let engine: TestEngine;
    let docker: DockerCli;
    let image = '';
    beforeAll(async () => {
      engine = await startTestEngine();
      docker = new DockerCli(engine.host);
      image = await engine.loadStory();
    });
    afterEach(() => engine.removeContainers());
    afterAll(() => engine[Symbol.asyncDispose]());

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
  },
);
