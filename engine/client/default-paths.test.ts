import { expect, test } from 'vitest';

import { defaultPlace, socketPathOfHost } from './default-paths.ts';

test.each([
  ['root', { isRoot: true, env: { XDG_DATA_HOME: '/elsewhere' } }, '/var/lib/estrato', '/run/estrato/estrato.sock'],
  [
    'a person in a session',
    { isRoot: false, env: { XDG_RUNTIME_DIR: '/run/user/1000' } },
    '/home/ana/.local/share/estrato',
    '/run/user/1000/estrato/estrato.sock',
  ],
  [
    'a person with folders of their own choice',
    { isRoot: false, env: { XDG_DATA_HOME: '/data', XDG_RUNTIME_DIR: '/tmp/run' } },
    '/data/estrato',
    '/tmp/run/estrato/estrato.sock',
  ],
  [
    'a person without a session',
    { isRoot: false, env: { XDG_DATA_HOME: 'not/absolute' } },
    '/home/ana/.local/share/estrato',
    '/home/ana/.local/share/estrato/run/estrato.sock',
  ],
])('the engine of %s has its place', (_, person, dataRoot, socket) => {
  expect(defaultPlace({ ...person, home: '/home/ana' })).toEqual({ dataRoot, host: `unix://${socket}` });
});

test('only unix sockets are engines', () => {
  expect(socketPathOfHost('unix:///run/a b.sock')).toBe('/run/a b.sock');
  expect(() => socketPathOfHost('tcp://127.0.0.1:2375')).toThrow('unix sockets');
});
