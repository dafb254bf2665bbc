import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], "Docker's own command line", () => {
  const { engine, docker, image } = storyScene();

  describe('the engine', () => {
    test('version names both sides and the versions of the API', async () => {
      const said = await docker.text(
        'version',
        '--format',
        '{{.Server.Platform.Name}} {{.Server.APIVersion}} {{.Server.MinAPIVersion}}',
      );
      expect(said).toBe('Estrato 1.51 1.22');
    });

    test('info counts what is there', async () => {
      await docker.run(['run', '--name', 'ended', image, 'true']);
      await docker.run(['run', '-d', image, 'sleep', '1000']);
      const fields =
        '{{.Containers}} {{.ContainersRunning}} {{.ContainersStopped}} {{.Images}} {{.OSType}} {{.DockerRootDir}}';
      expect(await docker.text('info', '--format', fields)).toBe(`2 1 1 1 linux ${engine.dataRoot}`);
    });

    test('there are no swarms and no plugins', async () => {
      expect((await docker.run(['swarm', 'init'])).stderr).toContain(
        'runs containers on one machine and has no swarms',
      );
      expect((await docker.run(['node', 'ls'])).stderr).toContain('This node is not a swarm manager.');
      // In the client's own words before 23.
      const { stderr } = await docker.run(['plugin', 'inspect', 'vieux/sshfs']);
      expect(stderr).toMatch(/plugin "vieux\/sshfs" not found|No such plugin: vieux\/sshfs/);
      expect(await docker.text('plugin', 'ls', '-q')).toBe('');
    });
  });

  describe('top', () => {
    test('lists the processes of a container, sessions included', async () => {
      await docker.text('run', '-d', '--name', 'box', image, 'sh', '-c', 'sleep 1001 & exec sleep 1002');
      await docker.text('exec', '-d', '-u', '4321', 'box', 'sleep', '1003');
      const said = await docker.text('top', 'box', '-o', 'uid,pid,args');
      const rows = said.split('\n').map((line) => line.trim().split(/ {2,}/));
      expect(rows[0]).toEqual(['UID', 'PID', 'COMMAND']);
      expect(rows.slice(1).map(([uid, , command]) => `${uid} ${command}`)).toEqual(
        expect.arrayContaining(['0 sleep 1001', '0 sleep 1002', '4321 sleep 1003']),
      );
      expect(rows).toHaveLength(4);
      expect(rows.map(([, pid]) => pid)).toContain(await docker.text('inspect', '-f', '{{.State.Pid}}', 'box'));
      expect(await docker.text('top', 'box')).toMatch(/^UID +PID +PPID +C +STIME +TTY +TIME +CMD\n/);
    });

    test('says why it can not', async () => {
      await docker.text('run', '--name', 'ended', image, 'true');
      const { code, stderr } = await docker.run(['top', 'ended']);
      expect(code).toBe(1);
      expect(stderr).toMatch(/container [0-9a-f]{64} is not running/);
    });
  });

  describe('run', () => {
    test.each([0, 3, 255])('exits with %d as the program does', async (code) => {
      expect(await docker.run(['run', '--rm', image, 'sh', '-c', `exit ${code}`])).toMatchObject({ code });
    });

    test('exits with 127 for a program that is not there', async () => {
      const { code, stderr } = await docker.run(['run', '--rm', image, 'nosuch']);
      expect(code).toBe(127);
      expect(stderr).toContain('"nosuch": executable file not found in $PATH');
    });

    test('exits with 126 for a file that is no program', async () => {
      const { code, stderr } = await docker.run(['run', '--rm', image, '/etc/passwd']);
      expect(code).toBe(126);
      expect(stderr).toContain('permission denied');
    });

    test('exits with 125 when the container can not be made', async () => {
      const { code, stderr } = await docker.run(['run', '--rm', '--isolation', 'hyperv', image, 'true']);
      expect(code).toBe(125);
      expect(stderr).toContain('This version of Estrato has no --isolation; leave it out.');
    });

    test('exits with 128 and the signal for a program that was killed', async () => {
      const { code } = await docker.run(['run', '--rm', image, 'sh', '-c', 'sh -c "kill -9 \\$\\$"; exit $?']);
      expect(code).toBe(137);
    });

    test('keeps stdout and stderr apart', async () => {
      const ending = await docker.run(['run', '--rm', image, 'sh', '-c', 'echo out; echo err >&2']);
      expect(ending).toEqual({ code: 0, stdout: 'out\n', stderr: 'err\n' });
    });

    test('passes input on and ends when it ends', async () => {
      const { stdout } = await docker.run(['run', '--rm', '-i', image, 'tr', 'a-z', 'A-Z'], 'first\nlast');
      expect(stdout).toBe('FIRST\nLAST');
    });

    test('5 MB of output and of input arrive as they are', async () => {
      const bytes = Buffer.alloc(5_000_000, 'each line of it looks like every other\n');
      const digest = createHash('sha256').update(bytes).digest('hex');
      const counted = await docker.run(['run', '--rm', '-i', image, 'sha256sum'], bytes);
      expect(counted.stdout).toBe(`${digest}  -\n`);
      const echoed = await docker.run(['run', '--rm', '-i', image, 'cat'], bytes);
      expect(createHash('sha256').update(echoed.stdout).digest('hex')).toBe(digest);
    });

    test('--rm leaves nothing', async () => {
      await docker.text('run', '--rm', image, 'true');
      expect(await docker.text('ps', '-aq')).toBe('');
    });

    test('environment, user, directory and hostname are those that were asked for', async () => {
      const asked = ['-e', 'A=b c', '-u', 'nobody', '-w', '/new/dir', '-h', 'named'];
      const said = await docker.text(
        'run',
        '--rm',
        ...asked,
        image,
        'sh',
        '-c',
        'echo $A; id -un; pwd; hostname; echo $APP_HOME',
      );
      expect(said.split('\n')).toEqual(['b c', 'nobody', '/new/dir', 'named', '/srv/app']);
    });

    test("the machine's network comes with the machine's name", async () => {
      const said = await docker.text(
        'run',
        '--rm',
        '--network',
        'host',
        image,
        'sh',
        '-c',
        'hostname; cat /etc/hostname',
      );
      const [own, written] = said.split('\n');
      expect(own).toBe(await docker.text('info', '--format', '{{.Name}}'));
      expect(written).toBe(own);
    });

    test("a read-only root file system and a bind of the machine's keep to what they were told", async () => {
      const bind = `${engine.dataRoot}:/outside:ro`;
      const { code, stderr } = await docker.run([
        'run',
        '--rm',
        '--read-only',
        '-v',
        bind,
        image,
        'touch',
        '/a',
        '/outside/b',
      ]);
      expect(code).toBe(1);
      expect(stderr.match(/Read-only file system/g)).toHaveLength(2);
    });

    test('an image for another platform is not run as if it were for this one', async () => {
      const { code, stderr } = await docker.run(['create', '--pull', 'never', '--platform', 'linux/s390x', image]);
      expect(code).toBe(1);
      expect(stderr).toContain('does not match the specified platform (linux/s390x)');
    });

    test('less memory than a program needs to begin is refused', async () => {
      const { code, stderr } = await docker.run(['run', '-m', '1m', image, 'true']);
      expect(code).toBe(125);
      expect(stderr).toContain('Minimum memory limit allowed is 6MB');
    });

    test('a name in use is refused in the words that scripts look for', async () => {
      const id = await docker.text('run', '-d', '--name', 'taken', image, 'sleep', '1000');
      const { code, stderr } = await docker.run(['run', '--name', 'taken', image, 'true']);
      expect(code).toBe(125);
      expect(stderr).toContain(`Conflict. The container name "/taken" is already in use by container "${id}".`);
    });
  });

  describe('lists', () => {
    test('ps shows what runs, ps -a and its filters the rest', async () => {
      await docker.text('run', '-d', '--name', 'runs', '--label', 'tier=web', image, 'sleep', '1000');
      await docker.run(['run', '--name', 'ended', '--label', 'tier=job', image, 'sh', '-c', 'exit 7']);
      await docker.text('create', '--name', 'made', image);
      const names = async (...filters: string[]): Promise<string[]> => {
        const said = await docker.text('ps', ...filters, '--format', '{{.Names}}');
        return said.split('\n').filter((name) => name !== '');
      };
      expect(await names()).toEqual(['runs']);
      expect(await names('-a')).toEqual(['made', 'ended', 'runs']);
      expect(await names('-n', '2')).toEqual(['made', 'ended']);
      expect(await names('-f', 'status=exited')).toEqual(['ended']);
      expect(await names('-f', 'status=exited', '-f', 'status=created')).toEqual(['made', 'ended']);
      expect(await names('-a', '-f', 'exited=7')).toEqual(['ended']);
      expect(await names('-a', '-f', 'label=tier=web')).toEqual(['runs']);
      expect(await names('-a', '-f', 'label=tier')).toEqual(['ended', 'runs']);
      expect(await names('-a', '-f', 'name=^/?ended$')).toEqual(['ended']);
      expect(await names('-a', '-f', 'before=ended')).toEqual(['runs']);
      expect(await names('-a', '-f', `ancestor=${image}`, '-f', 'since=runs')).toEqual(['made', 'ended']);
      expect(await names('-a', '-f', 'ancestor=another')).toEqual([]);
      expect((await docker.run(['ps', '-f', 'colour=blue'])).stderr).toContain("invalid filter 'colour'");
    });

    test('ps says how it stands in words', async () => {
      await docker.run(['run', '--name', 'ended', image, 'sh', '-c', 'exit 7']);
      expect(await docker.text('ps', '-a', '--format', '{{.Status}}|{{.Command}}')).toMatch(
        /^Exited \(7\) (Less than a second|\d+ seconds?) ago\|"sh -c 'exit 7'"$/,
      );
    });
  });

  describe('images', () => {
    test('load says their names, images lists them, a name narrows the list', async () => {
      const archive = await dockerArchive(
        { image: await makeStoryImage(), names: ['second/name:2'] },
        { image: await makeImageOf(2), names: ['small:1'] },
      );
      const path = join(engine.dataRoot, 'images.tar');
      await writeFile(path, archive);
      expect(await docker.text('load', '-i', path)).toBe('Loaded image: second/name:2\nLoaded image: small:1');
      const names = ['images', '--format', '{{.Repository}}:{{.Tag}}'];
      expect((await docker.text(...names)).split('\n').toSorted()).toEqual(['second/name:2', 'small:1', image]);
      expect(await docker.text(...names, 'second/name')).toBe('second/name:2');
      await docker.text('rmi', 'second/name:2', 'small:1');
      expect(await docker.text(...names)).toBe(image);
    });

    test('an archive that is none is refused', async () => {
      const { code, stderr } = await docker.run(['load'], 'this is no archive'.repeat(100));
      expect(code).toBe(1);
      expect(stderr).not.toBe('');
    });

    test('tag and rmi', async () => {
      await docker.text('tag', image, 'localhost:5000/team/other:3');
      expect(await docker.text('image', 'inspect', '-f', '{{json .RepoTags}}', image)).toBe(
        JSON.stringify([image, 'localhost:5000/team/other:3']),
      );
      expect(await docker.text('rmi', 'localhost:5000/team/other:3')).toBe('Untagged: localhost:5000/team/other:3');
      expect((await docker.run(['tag', 'nosuch', 'x'])).stderr).toContain('No such image: nosuch:latest');
      // Older clients leave the tag out.
      expect((await docker.run(['rmi', 'nosuch'])).stderr).toContain('No such image: nosuch');
    });

    test('rmi says why it does not', async () => {
      const id = await docker.text('images', '-q', image);
      await docker.text('run', '-d', '--name', 'box', image, 'sleep', '1000');
      const container = (await docker.text('ps', '-q')).slice(0, 12);
      const refused = await docker.run(['rmi', '-f', id]);
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(
        `conflict: unable to delete ${id} (cannot be forced) - image is being used by running container ${container}`,
      );
      await docker.text('tag', image, 'twice:1');
      expect((await docker.run(['rmi', id])).stderr).toContain(
        `conflict: unable to delete ${id} (must be forced) - image is referenced in multiple repositories`,
      );
      await docker.text('rmi', 'twice:1');
      await docker.text('kill', 'box');
      expect((await docker.run(['rmi', image])).stderr).toContain(
        `conflict: unable to remove repository reference "${image}" (must force) - container ${container} is using its referenced image ${id}`,
      );
    });

    test('history has the steps, newest first, and which of them are empty', async () => {
      const said = await docker.text('history', '--no-trunc', '--format', '{{.CreatedBy}}|{{.Size}}', image);
      const lines = said.split('\n');
      expect(lines).toHaveLength(8);
      expect(lines[0]).toBe('/bin/sh -c #(nop)  CMD ["sh"]|0B');
      expect(lines.at(-2)).toBe('/bin/sh -c #(nop)  ENV APP_HOME=/srv/app|0B');
      expect(lines.at(-3)).toBe('/bin/sh -c #(nop) COPY dir:112233 in /srv/app |1.2MB');
    });
  });
});
