import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { openDescriptors, residentBytes } from '#engine/testing/engine-weight.ts';
import { describeWith } from '#engine/testing/requires.ts';
import { storyScene } from '#engine/testing/story-scene.ts';

const MiB = 1024 * 1024;

describeWith(['root', 'launcher', 'busybox', 'docker client'], 'clients that are slow, or gone', () => {
  const { engine, docker, image } = storyScene();

  /** Asks, and reads nothing of what is answered beyond its beginning. */
  const begin = async (request: string): Promise<Socket> => {
    const socket = connect(engine.socketPath);
    socket.on('error', () => undefined);
    socket.write(`${request} HTTP/1.1\r\nHost: x\r\n`);
    if (request.includes('/attach?')) socket.write('Connection: Upgrade\r\nUpgrade: tcp\r\n');
    socket.write('\r\n');
    await once(socket, 'readable');
    return socket;
  };
  const grown = async (work: () => Promise<unknown>): Promise<number> => {
    const before = await residentBytes(engine.pid);
    await work();
    return (await residentBytes(engine.pid)) - before;
  };

  test('what nobody reads is written all the same, and takes no memory', async () => {
    // It says nothing before it is told to, so that all are there.
    const script =
      'while [ ! -e /go ]; do sleep 0.05; done; head -c 300000000 /dev/zero | tr "\\0" "x" | fold -w 1000; touch /done; sleep 1000';
    await docker.text(
      'run',
      '-d',
      '--name',
      'box',
      '--log-opt',
      'max-size=10m',
      image,
      'sh',
      '-c',
      `echo begun; ${script}`,
    );
    await expect.poll(() => docker.text('logs', 'box'), { timeout: 30_000 }).toBe('begun');
    const logs = await Promise.all(
      Array.from({ length: 10 }, () => begin('GET /containers/box/logs?follow=1&stdout=1')),
    );
    const attached = await begin('POST /containers/box/attach?stream=1&stdout=1&logs=1');
    const stats = await begin('GET /containers/box/stats');
    attached.destroy();
    const more = await grown(async () => {
      await docker.text('exec', 'box', 'touch', '/go');
      await docker.text('exec', 'box', 'sh', '-c', 'while [ ! -e /done ]; do sleep 0.1; done');
    });
    expect(more).toBeLessThan(64 * MiB);
    for (const socket of [...logs, stats]) socket.destroy();
  });

  test('events that nobody reads cost their listener, and nobody else', async () => {
    await using reading = docker.start(['events', '--filter', 'type=volume', '--format', '{{.Action}} {{.Actor.ID}}']);
    const sleepers = await Promise.all(Array.from({ length: 20 }, () => begin('GET /events?since=1')));
    const more = await grown(async () => {
      for (let at = 0; at < 150; at += 1) {
        await engine.ask('/volumes/create', {
          method: 'POST',
          body: { Name: `v${at % 5}`, Labels: { a: 'x'.repeat(2000) } },
        });
        await engine.ask(`/volumes/v${at % 5}`, { method: 'DELETE' });
      }
    });
    await engine.ask('/volumes/create', { method: 'POST', body: { Name: 'last' } });
    await reading.until(/create last\n/);
    expect(more).toBeLessThan(64 * MiB);
    for (const socket of sleepers) socket.destroy();
  });

  test('who sends more than a container reads waits for it', async () => {
    await docker.text('run', '-di', '--name', 'box', image, 'sleep', '1000');
    const socket = new WebSocket(`ws+unix://${engine.socketPath}:/containers/box/attach/ws?stream=1&stdin=1`);
    await once(socket, 'open');
    const piece = Buffer.alloc(MiB / 2, 'x');
    const more = await grown(async () => {
      for (let sent = 0; sent < 300; sent += 1) socket.send(piece);
      // Others are answered meanwhile.
      for (let asked = 0; asked < 100; asked += 1) await engine.ask('/containers/json');
    });
    expect(more).toBeLessThan(64 * MiB);
    expect(socket.bufferedAmount).toBeGreaterThan(50 * MiB);
    socket.terminate();
  });

  test('who goes in the middle leaves nothing behind', async () => {
    await docker.text('run', '-d', '--name', 'box', image, 'sh', '-c', 'while :; do echo on; sleep 0.01; done');
    const ways = [
      'GET /events?since=1',
      'GET /containers/box/logs?follow=1&stdout=1',
      'GET /containers/box/stats',
      'POST /containers/box/attach?stream=1&stdout=1',
      'POST /containers/box/wait',
      'GET /containers/box/export',
      `GET /images/${image}/get`,
    ];
    const comeAndGo = async (): Promise<void> => {
      const sockets = await Promise.all(ways.flatMap((way) => Array.from({ length: 20 }, () => begin(way))));
      for (const socket of sockets) socket.destroy();
    };
    const listeners = async (): Promise<number> => Number(await docker.text('info', '-f', '{{.NEventsListener}}'));
    const alone = await listeners();
    // What the first of a kind leaves is kept for the next.
    await comeAndGo();
    await expect.poll(listeners, { timeout: 30_000 }).toBe(alone);
    const before = await openDescriptors(engine.pid);
    for (let time = 0; time < 3; time += 1) await comeAndGo();
    await expect.poll(listeners, { timeout: 30_000 }).toBe(alone);
    await expect.poll(() => openDescriptors(engine.pid), { timeout: 30_000 }).toBeLessThanOrEqual(before + 5);
    expect(engine.stderr).not.toContain('MaxListenersExceeded');
  });
});
