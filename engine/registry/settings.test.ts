import { join } from 'node:path';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';

import { expect, test } from 'vitest';

import { parseReference } from '#engine/contract/reference.ts';
import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';
import { TestRegistry } from '#engine/testing/registry-server.ts';

import { clientWith } from './testing/asking.ts';

test.each([
  ['mirrors', { mirrors: ['https://mirror.example'] }, 'https://mirror.example'],
  ['authorities', { authorities: 'no PEM' }, 'is no certificate'],
  ['a proxy', { proxy: 'ftp://me:secret@proxy.example' }, 'ftp://proxy.example is no proxy'],
])('%s that could never be used are refused', async (_, settings, sentence) => {
  await using dir = await temporaryDirectory('settings');
  const client = clientWith(join(dir.path, 'registries.json'));
  const refused = client.configure('r.test', settings);
  await expect(refused).rejects.toMatchObject({ code: 'invalid-argument' });
  await expect(refused).rejects.toThrow(sentence);
  expect(client.settings()).toEqual([]);
});

test('a registry is reached through the proxy that was said for it, whose password is not shown', async () => {
  await using stack = new AsyncDisposableStack();
  const dir = stack.use(await temporaryDirectory('settings'));
  const registry = stack.use(await TestRegistry.start());
  const seen: (string | undefined)[] = [];
  const tunnels = new Set<Socket>();
  // As a proxy does, but wherever it is asked to lead to, the registry is there.
  const proxy = createServer().on('connect', ({ url, headers }, socket: Socket) => {
    seen.push(url, headers['proxy-authorization']);
    const [host = '', port] = registry.host.split(':');
    const through = connect(Number(port), host, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    for (const end of [socket, through]) tunnels.add(end.on('error', () => undefined));
    socket.pipe(through).pipe(socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  stack.defer(async () => {
    for (const tunnel of tunnels) tunnel.destroy();
    proxy.close();
    await once(proxy, 'close');
  });
  const address = proxy.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const client = clientWith(join(dir.path, 'registries.json'));
  const settings = { proxy: `http://me:secret@127.0.0.1:${port}`, insecure: true };
  expect(await client.configure('r.test', settings)).toMatchObject({ proxy: `http://127.0.0.1:${port}` });
  await expect(client.repository(parseReference('r.test/team/app')).tags()).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(seen).toContain('r.test:80');
  expect(seen).toContain(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  expect(registry.requests.map(({ headers }) => headers.host)).toContain('r.test');
});
