import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';
import { WatchedProcess } from '#engine/testing/watched-process.ts';

/** Answers each datagram with a word: busybox has no such server, so it is put into the container's network. */
const answerWith = (word: string): string =>
  `require('dgram').createSocket('udp4').on('message', function (m, from) { this.send('${word}', from.port, from.address); }).bind(7)`;

describeWith(
  ['root', 'launcher', 'busybox', 'docker client', 'nftables'],
  'flows into containers that have gone',
  () => {
    const { engine, docker, image } = storyScene();
    let speaker: Socket;
    let heard: string;
    beforeEach(async () => {
      // One port for all that is sent: to the kernel that is one flow.
      speaker = createSocket('udp4').bind(0, '127.0.0.1');
      speaker.on('message', (bytes) => (heard = bytes.toString()));
      await once(speaker, 'listening');
    });
    afterEach(() => speaker.close());

    async function answering(name: string, port: string): Promise<WatchedProcess> {
      await docker.text('run', '-d', '--name', name, '-p', `127.0.0.1:${port}:7/udp`, image, 'sleep', '1000');
      const pid = await docker.text('inspect', '-f', '{{.State.Pid}}', name);
      const args = ['-t', pid, '-n', process.execPath, '-e', answerWith(name)];
      return new WatchedProcess('nsenter', args, process.env);
    }
    const portOf = async (name: string): Promise<string> =>
      (await docker.text('port', name, '7/udp')).split(':').at(-1) ?? '';
    /** Speaks until somebody says that name. */
    const hear = (name: string, port: string): Promise<void> =>
      expect
        .poll(
          () => {
            speaker.send('who is there?', Number(port), '127.0.0.1');
            return heard;
          },
          { timeout: 10_000 },
        )
        .toBe(name);

    test('whoever never stopped speaking is heard by the next with the port', async () => {
      await using _one = await answering('one', '0');
      const port = await portOf('one');
      await hear('one', port);
      await docker.text('rm', '-f', 'one');
      await using _two = await answering('two', port);
      await hear('two', port);
    });

    test('also when the engine was gone as the first one ended', async () => {
      // A bridge that goes takes its flows along: this one stays.
      await docker.text('run', '-d', image, 'sleep', '1000');
      await using _one = await answering('one', '0');
      const port = await portOf('one');
      await hear('one', port);
      const pid = Number(await docker.text('inspect', '-f', '{{.State.Pid}}', 'one'));
      await engine.kill('SIGKILL');
      process.kill(pid, 'SIGKILL');
      await engine.start();
      await using _two = await answering('two', port);
      await hear('two', port);
    });
  },
);
