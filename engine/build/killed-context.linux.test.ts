import { open, readdir, stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { buildScene } from '#engine/testing/build-scene.ts';
import { DockerCli, findBuildKitClient } from '#engine/testing/docker-cli.ts';
import { describeWith } from '#engine/testing/requires.ts';

import { makeContext } from './testing/make-context.ts';

const HALF = 4 * 1024 * 1024;

describeWith(
  ['root', 'launcher', 'busybox', 'BuildKit client'],
  'an engine that is killed while a context comes',
  () => {
    const { engine, folder } = buildScene('killed-context');

    /** Of all files beneath a directory of the data root. */
    async function bytesIn(name: string): Promise<number> {
      const root = join(engine.dataRoot, name);
      const names = await readdir(root, { recursive: true }).catch(() => []);
      const sizes = await Promise.all(names.map((each) => stat(join(root, each)).catch(() => undefined)));
      return sizes.reduce((sum, about) => sum + (about?.isFile() === true ? about.size : 0), 0);
    }

    test('leaves nothing of a tar', async () => {
      const socket: Socket = connect(engine.socketPath).on('error', () => undefined);
      socket.write('POST /build HTTP/1.1\r\nHost: engine\r\nTransfer-Encoding: chunked\r\n\r\n');
      // A tar begins with a header; of what follows half comes, and then nothing.
      const header = Buffer.alloc(512);
      header.write('large');
      header.write('0000644\0', 100);
      header.write('00040000000\0', 124);
      header.write('00000000000\0', 136);
      header.write('        0', 148);
      header.write(
        `${header
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
        148,
      );
      socket.write(`${(HALF + 512).toString(16)}\r\n`);
      socket.write(header);
      socket.write(Buffer.alloc(HALF, 1));
      await expect.poll(() => bytesIn('tmp')).toBeGreaterThan(HALF / 2);
      await engine.restart('SIGKILL');
      socket.destroy();
      expect(await readdir(join(engine.dataRoot, 'tmp'))).toEqual([]);
    });

    test('leaves nothing of a folder that came by a session, and has of one that had come before all that it had', async () => {
      const docker = new DockerCli(engine.host, { program: findBuildKitClient() ?? '', env: { DOCKER_BUILDKIT: '1' } });
      await makeContext(folder('before'), 'FROM base\nCOPY . /before', { small: 'x'.repeat(1000) });
      await docker.text('build', '-q', folder('before'));
      const [before] = await readdir(join(engine.dataRoot, 'build-contexts'));
      await makeContext(folder('large'), 'FROM base\nCOPY . /large');
      // Long enough to be in the midst of it, and nothing on this disk.
      await using large = await open(join(folder('large'), 'file'), 'w');
      await large.truncate(64 * 1024 ** 3);
      await using building = docker.start(['build', '-q', folder('large')]);
      await expect.poll(() => bytesIn('build-contexts')).toBeGreaterThan(HALF);
      await engine.restart('SIGKILL');
      expect((await building.ended).code).not.toBe(0);
      expect(await readdir(join(engine.dataRoot, 'tmp'))).toEqual([]);
      expect(await readdir(join(engine.dataRoot, 'build-contexts'))).toEqual([before]);
      const kept = await bytesIn('build-contexts');
      await docker.text('build', '-q', folder('before'));
      // Nothing of it had to be sent.
      expect(await bytesIn('build-contexts')).toBe(kept);
    });
  },
);
