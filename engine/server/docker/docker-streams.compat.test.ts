import { once } from 'node:events';

import { expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

describeWith(['root', 'launcher', 'busybox', 'docker client'], "a container's streams", () => {
  const { engine, docker, image } = storyScene();

  const socketTo = (path: string): WebSocket => new WebSocket(`ws+unix://${engine.socketPath}:${path}`);

  test('over a WebSocket, both ways, to the end', async () => {
    await docker.text(
      'run',
      '-di',
      '--name',
      'box',
      image,
      'sh',
      '-c',
      'echo before; read it; echo got $it; echo oh >&2',
    );
    const socket = socketTo('/v1.51/containers/box/attach/ws?stream=1&stdin=1&stdout=1&stderr=1&logs=1');
    let said = '';
    socket.on('message', (bytes: Buffer) => (said += bytes.toString()));
    await once(socket, 'open');
    await expect.poll(() => said, { timeout: 30_000 }).toBe('before\n');
    socket.send('hello\n');
    await once(socket, 'close');
    expect(said.split('\n').toSorted()).toEqual(['', 'before', 'got hello', 'oh']);
  });

  test('a WebSocket to nobody is refused in a sentence', async () => {
    const socket = socketTo('/containers/nobody/attach/ws?stream=1');
    await expect(once(socket, 'open')).rejects.toThrow('Unexpected server response: 404');
  });

  test('what has been written so far, without what is to come', async () => {
    await docker.text('run', '-d', '--name', 'box', '-t', image, 'sh', '-c', 'echo one; echo two; sleep 1000');
    await expect.poll(() => docker.text('logs', 'box'), { timeout: 30_000 }).toBe('one\r\ntwo');
    const { body } = await engine.ask('/containers/box/attach?logs=1&stdout=1&stderr=1', { method: 'POST' });
    expect(body).toBe('one\r\ntwo\r\n');
  });

  test('logs with their details, which the options of the log driver name', async () => {
    const options = [
      '--log-opt',
      'labels=app,none',
      '--log-opt',
      'env=WHERE',
      '--label',
      'app=my shop',
      '-e',
      'WHERE=here',
    ];
    await docker.text('run', '--name', 'box', ...options, image, 'sh', '-c', 'echo one; echo two');
    expect(await docker.text('logs', '--details', 'box')).toBe(
      'WHERE=here,app=my%20shop one\nWHERE=here,app=my%20shop two',
    );
    const stamped = await docker.text('logs', '--details', '-t', '-n', '1', 'box');
    expect(stamped).toMatch(/^\d{4}-\S+Z WHERE=here,app=my%20shop two$/);
  });
});
