import { expect, test } from 'vitest';

import { dockerRunLine } from './docker-command.ts';

test('names the place of an image that is not chosen yet', () => {
  expect(dockerRunLine({ image: '', tty: true, openStdin: true, command: ['sh'] })).toBe('docker run -it IMAGE sh');
});

test.each([
  [{ tty: true, openStdin: true }, 'docker run -it busybox'],
  [{ tty: false, openStdin: false }, 'docker run -d busybox'],
  [{ tty: true, openStdin: false, autoRemove: true }, 'docker run -t --rm busybox'],
  [
    {
      tty: true,
      openStdin: true,
      name: 'web',
      hostname: 'h',
      user: '1000:1000',
      workingDir: '/srv/my app',
      readOnlyRootfs: true,
      network: 'none' as const,
      memoryBytes: 536_870_912,
      env: ['A=1', "B=it's"],
      binds: ['/a:/b:ro'],
      command: ['sh', '-c', 'echo $A'],
    },
    String.raw`docker run -it --name web --hostname h --user 1000:1000 --workdir '/srv/my app' --read-only --network none --memory 512m -e A=1 -e 'B=it'\''s' -v /a:/b:ro busybox sh -c 'echo $A'`,
  ],
  [
    { tty: true, openStdin: true, entrypoint: ['/bin/sh', '-c'], command: ['true'] },
    'docker run -it --entrypoint /bin/sh busybox -c true',
  ],
])('writes %j', (request, line) => {
  expect(dockerRunLine({ image: 'busybox', ...request })).toBe(line);
});
