import { expect, test } from 'vitest';

import { doorsOf } from './doors.ts';

const wishes = { certs: '/nowhere/certs', withoutTls: false };

test('a unix socket, its group by name and by number', async () => {
  const hosts = ['unix:///run/a.sock'];
  const address = { kind: 'unix', path: '/run/a.sock' };
  expect(await doorsOf({ ...wishes, hosts })).toEqual([{ address, groupId: undefined }]);
  expect(await doorsOf({ ...wishes, hosts, group: 'root' })).toEqual([{ address, groupId: 0 }]);
  expect(await doorsOf({ ...wishes, hosts, group: '1234' })).toEqual([{ address, groupId: 1234 }]);
  await expect(doorsOf({ ...wishes, hosts, group: 'no-such-group' })).rejects.toThrow('no group no-such-group');
});

test('a port needs certificates', async () => {
  const asked = doorsOf({ ...wishes, hosts: ['tcp://127.0.0.1:2376'] });
  await expect(asked).rejects.toMatchObject({ code: 'not-found', message: /estrato certs create/ });
});

test('a port without them has to be asked for twice, and only this machine may reach it', async () => {
  const asked = { ...wishes, withoutTls: true };
  expect(await doorsOf({ ...asked, hosts: ['tcp://127.0.0.1:2375', 'tcp://[::1]:2375'] })).toEqual([
    { address: { kind: 'tcp', host: '127.0.0.1', port: 2375 }, tls: undefined },
    { address: { kind: 'tcp', host: '::1', port: 2375 }, tls: undefined },
  ]);
  for (const host of ['tcp://0.0.0.0:2375', 'tcp://[::]:2375', 'tcp://builder.example:2375']) {
    await expect(doorsOf({ ...asked, hosts: ['tcp://127.0.0.1:2375', host] })).rejects.toThrow('is root on this one');
  }
});
