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
  [
    {
      tty: false,
      openStdin: false,
      ports: [
        { port: '80/tcp', hostPort: '8080' },
        { port: '53/udp', hostAddress: '::1', hostPort: '53' },
        { port: '443/tcp' },
      ],
      restartPolicy: { name: 'on-failure' as const, maximumRetries: 3 },
      limits: { nanoCpus: 1_500_000_000 },
      pidsLimit: 100,
      healthCheck: { test: ['CMD-SHELL', 'wget -q localhost'], interval: 5_000_000_000 },
      capAdd: ['NET_ADMIN'],
      capDrop: ['ALL'],
      isolation: { privileged: true, init: true },
    },
    "docker run -d -p 8080:80 -p '[::1]:53:53/udp' -p 443 --restart on-failure:3 --cpus 1.5 --pids-limit 100 --health-cmd 'wget -q localhost' --health-interval 5s --cap-add NET_ADMIN --cap-drop ALL --privileged --init busybox",
  ],
])('writes %j', (request, line) => {
  expect(dockerRunLine({ image: 'busybox', ...request })).toBe(line);
});
