import { once } from 'node:events';
import { PassThrough, Readable, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { dockerArchive } from '#engine/testing/archive-fixture.ts';
import { startDebianRegistry } from '#engine/testing/debian-registry.ts';
import { makeImageOf } from '#engine/testing/image-fixture.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { makeStoryImage } from '#engine/testing/story-image.ts';
import { startTestEngine, type TestEngine } from '#engine/testing/test-engine.ts';

describeWith(['root', 'launcher', 'busybox'], 'dockerode', () => {
  let engine: TestEngine;
  let docker: Docker;
  let image = '';
  beforeAll(async () => {
    engine = await startTestEngine();
    docker = new Docker({ socketPath: engine.socketPath });
    image = await engine.loadStory();
  });
  afterEach(() => engine.removeContainers());
  afterAll(() => engine[Symbol.asyncDispose]());

  /** The two streams of a connection with frames, each as text. */
  async function demuxed(stream: NodeJS.ReadableStream): Promise<{ stdout: string; stderr: string }> {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, stdout, stderr);
    stream.once('end', () => {
      stdout.end();
      stderr.end();
    });
    const [out, err] = await Promise.all([text(stdout), text(stderr)]);
    return { stdout: out, stderr: err };
  }

  const sleeping = (): Promise<Docker.Container> => docker.createContainer({ Image: image, Cmd: ['sleep', '1000'] });

  describe('containers', () => {
    test.each([true, false])('create, attach (hijacked: %s), start, wait', async (hijack) => {
      const container = await docker.createContainer({
        Image: image,
        Cmd: ['sh', '-c', 'echo out; echo err >&2; exit 5'],
      });
      const stream = await container.attach({ stream: true, stdout: true, stderr: true, hijack });
      const said = demuxed(stream);
      const ended: Promise<unknown> = container.wait({ condition: 'next-exit' });
      await container.start();
      expect(await said).toEqual({ stdout: 'out\n', stderr: 'err\n' });
      expect(await ended).toEqual({ StatusCode: 5 });
    });

    test('input over a hijacked connection, ended by the client', async () => {
      const container = await docker.createContainer({
        Image: image,
        Cmd: ['tr', 'a-z', 'A-Z'],
        OpenStdin: true,
        StdinOnce: true,
      });
      const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true });
      const said = demuxed(stream);
      await container.start();
      stream.end('typed');
      expect((await said).stdout).toBe('TYPED');
    });

    test('a terminal has no frames, and is resized', async () => {
      const script = 'trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.05; done';
      const container = await docker.createContainer({ Image: image, Tty: true, Cmd: ['sh', '-c', script] });
      const stream = await container.attach({ stream: true, stdout: true, stderr: true });
      await container.start();
      let said = '';
      for await (const chunk of stream) {
        said += String(chunk);
        if (said === 'ready\r\n') await container.resize({ h: 21, w: 143 });
      }
      expect(said).toBe('ready\r\n21 143\r\n');
    });

    test('inspect tells each state', async () => {
      const container = await docker.createContainer({
        Image: image,
        Cmd: ['sleep', '1000'],
        name: 'states',
        Labels: { a: 'b' },
      });
      const made = await container.inspect();
      expect(made).toMatchObject({ Id: container.id, Name: '/states', Path: 'sleep', Args: ['1000'] });
      expect(made.State).toMatchObject({ Status: 'created', Running: false, StartedAt: '0001-01-01T00:00:00Z' });
      expect(made.Config.Labels).toMatchObject({ a: 'b' });
      await container.start();
      const { State: up } = await container.inspect();
      expect(up).toMatchObject({ Status: 'running', Running: true });
      expect(up.Pid).toBeGreaterThan(1);
      await container.kill();
      const { State: ended } = await container.inspect();
      expect(ended).toMatchObject({ Status: 'exited', Running: false, ExitCode: 137, Pid: 0 });
      expect(Date.parse(ended.FinishedAt)).toBeGreaterThanOrEqual(Date.parse(ended.StartedAt));
    });

    test('logs: at once, and followed', async () => {
      const container = await docker.createContainer({
        Image: image,
        Cmd: ['sh', '-c', 'echo one; read word; echo two >&2'],
        OpenStdin: true,
        StdinOnce: true,
      });
      const input = await container.attach({ stream: true, stdin: true, hijack: true });
      await container.start();
      const followed = await container.logs({ follow: true, stdout: true, stderr: true });
      const all = demuxed(followed);
      await once(followed, 'data');
      input.end('on\n');
      expect(await all).toEqual({ stdout: 'one\n', stderr: 'two\n' });
      const whole = await container.logs({ stdout: true, stderr: true });
      expect(await demuxed(Readable.from([whole]))).toEqual({ stdout: 'one\n', stderr: 'two\n' });
    });

    test('wait for the next exit, and for the removal', async () => {
      const container = await docker.createContainer({
        Image: image,
        Cmd: ['sh', '-c', 'exit 3'],
        HostConfig: { AutoRemove: true },
      });
      const exited: Promise<unknown> = container.wait({ condition: 'next-exit' });
      const removed: Promise<unknown> = container.wait({ condition: 'removed' });
      await container.start();
      expect(await exited).toEqual({ StatusCode: 3 });
      expect(await removed).toEqual({ StatusCode: 3 });
      await expect(container.inspect()).rejects.toMatchObject({ statusCode: 404 });
    });
  });

  describe('exec', () => {
    test('both streams, and the exit code as soon as they have ended', async () => {
      const container = await sleeping();
      await container.start();
      for (let time = 0; time < 10; time += 1) {
        const exec = await container.exec({
          Cmd: ['sh', '-c', 'echo out; echo err >&2; exit 6'],
          AttachStdout: true,
          AttachStderr: true,
        });
        expect(await demuxed(await exec.start({}))).toEqual({ stdout: 'out\n', stderr: 'err\n' });
        expect(await exec.inspect()).toMatchObject({ ID: exec.id, Running: false, ExitCode: 6 });
      }
    });

    test('input, hijacked', async () => {
      const container = await sleeping();
      await container.start();
      const exec = await container.exec({ Cmd: ['cat'], AttachStdin: true, AttachStdout: true });
      const stream: Duplex = await exec.start({ hijack: true, stdin: true });
      const said = demuxed(stream);
      stream.end('typed');
      expect((await said).stdout).toBe('typed');
    });

    test('a terminal of its own, resized', async () => {
      const container = await sleeping();
      await container.start();
      const script = 'trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.05; done';
      const exec = await container.exec({
        Cmd: ['sh', '-c', script],
        Tty: true,
        AttachStdin: true,
        AttachStdout: true,
      });
      const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
      let said = '';
      for await (const chunk of stream) {
        said += String(chunk);
        if (said === 'ready\r\n') await exec.resize({ h: 22, w: 144 });
      }
      expect(said).toBe('ready\r\n22 144\r\n');
    });

    test('one that has started is not started again', async () => {
      const container = await sleeping();
      await container.start();
      const exec = await container.exec({ Cmd: ['true'], AttachStdout: true });
      await demuxed(await exec.start({}));
      await expect(exec.start({})).rejects.toMatchObject({ statusCode: 409 });
    });
  });

  describe('images', () => {
    test('loadImage, listImages, inspect, history, tag, remove', async () => {
      const archive = await dockerArchive({ image: await makeImageOf(3), names: ['loaded:1'] });
      const answer = await docker.loadImage(Readable.from([archive]));
      expect(await text(answer)).toContain('Loaded image: loaded:1');
      const [listed] = await docker.listImages({ filters: { reference: ['loaded'] } });
      expect(listed?.RepoTags).toEqual(['loaded:1']);
      const inspected = await docker.getImage('loaded:1').inspect();
      expect(inspected.Id).toBe(listed?.Id);
      expect(inspected.RootFS.Layers).toHaveLength(3);
      await docker.getImage('loaded:1').tag({ repo: 'other', tag: '2' });
      await docker.getImage('loaded:1').remove();
      expect((await docker.getImage('other:2').inspect()).RepoTags).toEqual(['other:2']);
      const removed: unknown = await docker.getImage('other:2').remove();
      expect(removed).toContainEqual({ Deleted: listed?.Id });
    });

    test('what containers use stays', async () => {
      const container = await sleeping();
      const [listed] = await docker.listImages({ filters: { reference: [image] } });
      expect(listed?.Containers).toBe(1);
      await expect(docker.getImage(image).remove()).rejects.toMatchObject({ statusCode: 409 });
      await container.remove();
    });
  });

  test('getEvents tells of what happens while it listens', async () => {
    const stream = await docker.getEvents({
      since: Date.now() / 1000,
      filters: { type: ['container'], event: ['create', 'destroy'] },
    });
    const container = await sleeping();
    await container.remove();
    const told: unknown[] = [];
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) told.push(JSON.parse(line));
      if (told.length >= 2) break;
    }
    expect(told).toMatchObject([
      { Type: 'container', Action: 'create', id: container.id },
      { Type: 'container', Action: 'destroy', id: container.id },
    ]);
  });

  describe('versions of the API', () => {
    test.each(['v1.22', 'v1.24', 'v1.30', 'v1.41', 'v1.42', 'v1.47', 'v1.51'])('%s is spoken', async (version) => {
      const older = new Docker({ socketPath: engine.socketPath, version });
      expect(await older.version()).toMatchObject({ ApiVersion: '1.51', MinAPIVersion: '1.22' });
      const container = await older.createContainer({ Image: image, Cmd: ['sh', '-c', 'echo out; echo err >&2'] });
      const said = demuxed(await container.attach({ stream: true, stdout: true, stderr: true }));
      await container.start();
      expect(await said).toEqual({ stdout: 'out\n', stderr: 'err\n' });
      expect(await older.listContainers({ all: true })).toHaveLength(1);
    });

    test.each([
      [
        'v1.21',
        'client version 1.21 is too old. Minimum supported API version is 1.22, please upgrade your client to a newer version',
      ],
      ['v1.99', 'client version 1.99 is too new. Maximum supported API version is 1.51'],
      ['v2.0', 'client version 2.0 is too new. Maximum supported API version is 1.51'],
    ])('%s is refused', async (version, message) => {
      const { status, body } = await engine.ask(`/${version}/containers/json`);
      expect({ status, body: JSON.parse(body) as unknown }).toEqual({ status: 400, body: { message } });
      const client = new Docker({ socketPath: engine.socketPath, version });
      await expect(client.listContainers()).rejects.toMatchObject({ statusCode: 400, json: { message } });
    });

    test('streams say what they are from 1.42 on', async () => {
      const container = await docker.createContainer({ Image: image, Cmd: ['true'] });
      const typeOf = async (version: string): Promise<string | undefined> =>
        (await engine.ask(`/${version}/containers/${container.id}/logs?stdout=1`)).headers['content-type'];
      expect(await typeOf('v1.41')).toBe('application/vnd.docker.raw-stream');
      expect(await typeOf('v1.42')).toBe('application/vnd.docker.multiplexed-stream');
    });

    test('every answer names the version and the engine', async () => {
      const { headers, body } = await engine.ask('/_ping');
      expect(body).toBe('OK');
      expect(headers).toMatchObject({ 'api-version': '1.51', ostype: 'linux', 'docker-experimental': 'false' });
      expect((await engine.ask('/_ping', { method: 'HEAD' })).status).toBe(200);
    });
  });

  describe('failures are a status and a message', () => {
    test.each([
      ['GET /containers/nosuch/json', undefined, 404, 'No such container: nosuch'],
      ['GET /images/nosuch/json', undefined, 404, 'No such image: nosuch:latest'],
      ['GET /exec/nosuch/json', undefined, 404, 'No such exec instance: nosuch'],
      ['GET /networks/nosuch', undefined, 404, 'network nosuch not found'],
      ['GET /nothing', undefined, 404, 'page not found'],
      ['POST /containers/create', { Image: 'nosuch' }, 404, 'No such image: nosuch:latest'],
      [
        'POST /containers/create?name=%21',
        { Image: 'story:1.0' },
        400,
        'Invalid container name (!), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed',
      ],
      ['POST /containers/create', { Image: 7 }, 400, expect.stringMatching(/^invalid JSON: Image: /)],
      ['GET /containers/json?filters=%7B', undefined, 400, 'invalid filter: {'],
      [
        'POST /build',
        Buffer.from('tar'),
        400,
        'The build context is no tar: the tar is cut off in the middle of a header.',
      ],
      ['POST /build?version=2', Buffer.from('tar'), 400, expect.stringContaining('has a session')],
      ['POST /build?buildargs=no', Buffer.from('tar'), 400, expect.stringMatching(/^invalid JSON: buildargs: /)],
      ['POST /containers/x/pause', undefined, 404, 'No such container: x'],
    ])('%s', async (request, body, status, message: unknown) => {
      const [method = '', path = ''] = request.split(' ');
      const answer = await engine.ask(path, { method, body });
      expect({ status: answer.status, body: JSON.parse(answer.body) as unknown }).toEqual({
        status,
        body: { message },
      });
      // Docker's clients compare the whole value.
      expect(answer.headers['content-type']).toBe('application/json');
    });

    test('a body that is no JSON', async () => {
      const broken = { method: 'POST', body: Buffer.from('{'), type: 'application/json' };
      const { status, body } = await engine.ask('/containers/create', broken);
      expect(status).toBe(400);
      expect(body).toContain('JSON');
    });

    test('409 for what is in the way, 304 for what is so already', async () => {
      const container = await docker.createContainer({ Image: image, Cmd: ['sleep', '1000'], name: 'box' });
      await expect(docker.createContainer({ Image: image, name: 'box' })).rejects.toMatchObject({ statusCode: 409 });
      await expect(container.stop()).rejects.toMatchObject({ statusCode: 304 });
      await expect(container.kill()).rejects.toMatchObject({ statusCode: 409 });
      await container.start();
      await expect(container.start()).rejects.toMatchObject({ statusCode: 304 });
      await expect(container.remove()).rejects.toMatchObject({ statusCode: 409 });
      const { status, body } = await engine.ask('/containers/box/start', { method: 'POST' });
      expect({ status, body }).toEqual({ status: 304, body: '' });
    });
  });
});

describeWith(['root', 'launcher', 'busybox', 'registry'], 'dockerode and a registry', () => {
  test('pull is a stream of progress that ends well', async () => {
    await using registry = await startDebianRegistry();
    await using engine = await startTestEngine();
    await registry.push(await dockerArchive({ image: await makeStoryImage(), names: ['a:1'] }), 'story:1');
    const docker = new Docker({ socketPath: engine.socketPath });
    const name = `${registry.host}/story:1`;
    const finished = Promise.withResolvers<unknown>();
    docker.modem.followProgress(await docker.pull(name), (error, output: unknown) => {
      if (error === null) finished.resolve(output);
      else finished.reject(error);
    });
    const messages = await finished.promise;
    const { digest, layers } = await registry.inspect('story:1');
    for (const layer of layers) {
      const id = layer.digest.slice('sha256:'.length, 'sha256:'.length + 12);
      expect(messages).toContainEqual({ status: 'Pull complete', progressDetail: {}, id });
    }
    expect(messages).toContainEqual({ status: `Digest: ${digest}` });
    expect((await docker.getImage(name).inspect()).RepoTags).toEqual([name]);

    const refused = docker.pull(`${registry.host}/story:nosuch`);
    await expect(refused).rejects.toMatchObject({ statusCode: 404 });
    await expect(refused).rejects.toThrow('manifest unknown');
  });
});
