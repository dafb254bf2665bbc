import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { buffer } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { busyboxPath, describeWith, launcherPath, sanitizedLauncherPath } from '#engine/testing/requires.ts';

import type { PortRelay } from './network-link.ts';
import { startBox, type Box } from './testing/busybox-container.ts';

/* What is relayed to is a server of the test's own: that it is a container's is a matter of addresses. */

describeWith(['root', 'launcher', 'sanitized launcher', 'busybox'], 'the relay of published ports', () => {
  describe.each([
    ['plain', launcherPath],
    ['sanitized', sanitizedLauncherPath],
  ])('%s', (_, path) => {
    let echo: Server;
    beforeEach(async () => {
      echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).pipe(socket));
      echo.listen(0, '127.0.0.1');
      await once(echo, 'listening');
    });
    afterEach(() => void echo.close());

    const start = (...ports: readonly PortRelay[]): Promise<Box> =>
      startBox({ launcherPath: path, busyboxPath, args: ['/bin/sleep', '1000'], request: { ports } });
    const relay = async (hostAddress: string): Promise<PortRelay> => ({
      protocol: 'tcp',
      hostAddress,
      hostPort: await freePort(),
      address: '127.0.0.1',
      port: portOf(echo),
    });

    test('passes on what is said until both sides have said everything', async () => {
      const port = await relay('::1');
      await using _box = await start(port);
      const said = randomBytes(3_000_000);
      const talks = Array.from({ length: 20 }, async () => {
        const socket = connect(port.hostPort, '::1');
        socket.end(said);
        return (await buffer(socket)).equals(said);
      });
      expect(await Promise.all(talks)).toEqual(talks.map(() => true));
    });

    test('a client that goes without a word, and a server that is not there, end nobody else’s connection', async () => {
      const port = await relay('127.0.0.1');
      const nobody = { ...(await relay('127.0.0.1')), port: await freePort() };
      await using _box = await start(port, nobody);
      for (let round = 0; round < 50; round++) {
        const gone = connect(port.hostPort, '127.0.0.1').on('error', () => undefined);
        gone.write(randomBytes(100_000));
        await once(gone, 'connect');
        gone.resetAndDestroy();
        const refused = connect(nobody.hostPort, '127.0.0.1').on('error', () => undefined);
        await once(refused, 'close');
      }
      const socket = connect(port.hostPort, '127.0.0.1');
      socket.end('still there');
      expect((await buffer(socket)).toString()).toBe('still there');
    });

    test('datagrams of many find their way back', async () => {
      const server = createSocket('udp4').bind(0, '127.0.0.1');
      server.on('message', (bytes, from) => server.send(bytes, from.port, from.address));
      await once(server, 'listening');
      const port = await freePort();
      await using _box = await start({
        protocol: 'udp',
        hostAddress: '::1',
        hostPort: port,
        address: '127.0.0.1',
        port: server.address().port,
      });
      const answers = Array.from({ length: 30 }, async (__, at) => {
        const client = createSocket('udp6');
        const { promise, resolve } = Promise.withResolvers<string>();
        client.on('message', (bytes) => resolve(bytes.toString()));
        client.send(`hello ${at}`, port, '::1');
        const answer = await promise;
        client.close();
        return answer;
      });
      expect(await Promise.all(answers)).toEqual(answers.map((__, at) => `hello ${at}`));
      server.close();
    });

    test('a port in use is said, and free again with the container’s end', async () => {
      const port = await relay('127.0.0.1');
      {
        await using _box = await start(port);
        await expect(start(port)).rejects.toThrow(
          `listen on tcp port ${port.hostPort} of 127.0.0.1: Address already in use`,
        );
      }
      await using again = await start(port);
      await again.container.signal(9);
      await again.container.wait();
      const server = createServer().listen(port.hostPort, '127.0.0.1');
      await once(server, 'listening');
      server.close();
    });
  });
});

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '::1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
