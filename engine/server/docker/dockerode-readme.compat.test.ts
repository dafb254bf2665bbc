import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import Docker from 'dockerode';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { tarOf } from '#engine/testing/tar-fixture.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

/** Its types say `any`. */
const runAnswer = z.tuple([z.object({ StatusCode: z.int() }), z.instanceof(Docker.Container)]);

/** The examples of dockerode's README, in its order. */
describeWith(['root', 'launcher', 'busybox'], "dockerode's own examples", () => {
  const { engine, image } = storyScene();
  let docker: Docker;
  beforeAll(() => {
    docker = new Docker({ socketPath: engine.socketPath });
  });

  const finished = (stream: NodeJS.ReadableStream): Promise<readonly unknown[]> =>
    new Promise((resolve, reject) => {
      docker.modem.followProgress(stream, (error, said: unknown[]) => (error === null ? resolve(said) : reject(error)));
    });

  test('manipulating a container: create, start, resize, stop, remove', async () => {
    const container = await docker.createContainer({
      Image: image,
      AttachStdin: false,
      AttachStdout: true,
      AttachStderr: true,
      Tty: true,
      Cmd: ['/bin/sh', '-c', 'trap exit TERM; while :; do sleep 0.05; done'],
      OpenStdin: false,
      StdinOnce: false,
    });
    await container.start();
    await container.resize({ h: 24, w: 80 });
    await container.stop();
    await container.remove();
    await expect(docker.getContainer(container.id).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });

  test('stopping all containers on a host', async () => {
    for (const name of ['one', 'two']) {
      const container = await docker.createContainer({ Image: image, name, Cmd: ['sleep', '1000'] });
      await container.start();
    }
    const all = await docker.listContainers();
    await Promise.all(all.map(({ Id }) => docker.getContainer(Id).stop({ t: 0 })));
    expect(await docker.listContainers()).toEqual([]);
  });

  test('building an image from a tar, and from a folder', async () => {
    const dockerfile = `FROM ${image}\nCOPY file1 /file1\n`;
    await using folder = await temporaryDirectory('dockerode');
    const archive = `${folder.path}/archive.tar`;
    await writeFile(
      archive,
      await tarOf({ name: 'Dockerfile', body: dockerfile }, { name: 'file1', body: 'of the tar\n' }),
    );
    await finished(await docker.buildImage(archive, { t: 'readme:tar' }));
    await writeFile(`${folder.path}/Dockerfile`, dockerfile);
    await writeFile(`${folder.path}/file1`, 'of the folder\n');
    const context = { context: folder.path, src: ['Dockerfile', 'file1'] };
    const said = await finished(await docker.buildImage(context, { t: 'readme:folder' }));
    expect(said.at(-1)).toEqual({ stream: 'Successfully tagged readme:folder\n' });
    for (const kind of ['tar', 'folder']) {
      const output = new PassThrough();
      const told = text(output);
      await docker.run(`readme:${kind}`, ['cat', '/file1'], output);
      expect(await told).toBe(`of the ${kind}\r\n`);
    }
  });

  test('input to an exec, hijacked, whose end is seen', async () => {
    const container = await docker.createContainer({ Image: image, Tty: false, Cmd: ['sleep', '1000'] });
    await container.start();
    const exec = await container.exec({ Cmd: ['sha1sum', '-'], AttachStdin: true, AttachStdout: true });
    const stream = await exec.start({ hijack: true, stdin: true });
    const stdout = new PassThrough();
    docker.modem.demuxStream(stream, stdout, new PassThrough());
    stream.once('end', () => stdout.end());
    stream.end('abc');
    expect(await text(stdout)).toBe('a9993e364706816aba3e25717850c26c9cd0d89d  -\n');
  });

  test('run, and remove', async () => {
    const output = new PassThrough();
    const said = text(output);
    const [data, container] = runAnswer.parse(await docker.run(image, ['sh', '-c', 'uname -s; exit 4'], output));
    expect([data.StatusCode, await said]).toEqual([4, 'Linux\r\n']);
    await container.remove();
    expect(await docker.listContainers({ all: true })).toEqual([]);
  });

  test('run with both streams, and news of the container', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const both = Promise.all([text(stdout), text(stderr)]);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const seen: string[] = [];
    const command = ['sh', '-c', 'echo out; echo err >&2'];
    docker
      .run(image, command, [stdout, stderr], { Tty: false }, (_, data: unknown) => resolve(data))
      .on('container', () => seen.push('container'))
      .on('stream', () => seen.push('stream'))
      .on('data', () => seen.push('data'));
    expect(await promise).toEqual({ StatusCode: 0 });
    stdout.end();
    stderr.end();
    expect([seen, await both]).toEqual([
      ['container', 'stream', 'data'],
      ['out\n', 'err\n'],
    ]);
  });

  test('run with auto-remove in a network', async () => {
    const network = await docker.createNetwork({ Name: 'my_network' });
    const HostConfig = { AutoRemove: true, NetworkMode: 'my_network' };
    const output = new PassThrough();
    const said = text(output);
    await docker.run(image, ['ip', '-o', 'link'], output, { name: 'mine', HostConfig });
    expect(await said).toContain('eth0');
    await expect.poll(() => docker.listContainers({ all: true }), { timeout: 30_000 }).toEqual([]);
    await network.remove();
  });

  test('a request that is given up is over, and the engine hears of it', async () => {
    const container = await docker.createContainer({ Image: image, Cmd: ['sleep', '1000'] });
    await container.start();
    const leaving = new AbortController();
    const waiting = container.wait({ abortSignal: leaving.signal });
    leaving.abort();
    await expect(waiting).rejects.toThrow('abort');
    expect(await docker.ping()).toEqual(Buffer.from('OK'));
  });

  test('callbacks are called', async () => {
    const listed = await new Promise((resolve, reject) => {
      docker.listContainers({ all: true }, (error: unknown, found: unknown) => {
        if (error === null) resolve(found);
        else reject(new Error('The list failed.', { cause: error }));
      });
    });
    expect(listed).toEqual([]);
  });
});
