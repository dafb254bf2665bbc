import { expect, test } from 'vitest';

import { hostFlags, isLogCount, isLogSize, loggingOf, parseDevices, parseUlimits } from './host-options.ts';

test.each([
  ['/dev/fuse', { pathOnHost: '/dev/fuse', pathInContainer: '/dev/fuse', permissions: 'rwm' }],
  ['/dev/fuse:r', { pathOnHost: '/dev/fuse', pathInContainer: '/dev/fuse', permissions: 'r' }],
  ['/dev/sda:/dev/xvda', { pathOnHost: '/dev/sda', pathInContainer: '/dev/xvda', permissions: 'rwm' }],
  ['/dev/sda:/dev/xvda:rw', { pathOnHost: '/dev/sda', pathInContainer: '/dev/xvda', permissions: 'rw' }],
])('the device %s is read', (text, device) => {
  expect(parseDevices(text)).toEqual([device]);
});

test.each(['fuse', '/dev/fuse:x', '/dev/a:/dev/b:q', '/dev/a:/dev/b:r:w'])('the device %s is refused', (text) => {
  expect(parseDevices(`/dev/null ${text}`)).toBeUndefined();
});

test('limits of processes are read as pairs, or refused', () => {
  expect(parseUlimits('nofile=1024:2048, core=-1 nproc=10:-1')).toEqual([
    { name: 'nofile', soft: 1024, hard: 2048 },
    { name: 'core', soft: -1, hard: -1 },
    { name: 'nproc', soft: 10, hard: -1 },
  ]);
  for (const text of ['nofile', 'nofile=', 'nofile=2:1', 'nofile=-1:1', 'NOFILE=1']) {
    expect(parseUlimits(text), text).toBeUndefined();
  }
});

test('sizes and counts of a log are Docker’s', () => {
  expect(['10m', '1.5 GB', '100'].every(isLogSize)).toBe(true);
  expect(['0', '10x', '-1', ''].some(isLogSize)).toBe(false);
  expect(['1', '1000'].every(isLogCount)).toBe(true);
  expect(['0', '1001', 'many'].some(isLogCount)).toBe(false);
});

test('what nobody says of a log is left to the engine', () => {
  expect(loggingOf('usual', { maxSize: '', maxFile: '' })).toEqual({});
  expect(loggingOf('usual', { maxSize: '', maxFile: '2' }).logging?.driver).toBe('json-file');
  expect(loggingOf('none', { maxSize: '1m', maxFile: '' }).logging).toEqual({ driver: 'none', options: {} });
});

test('the same as options of docker run', () => {
  const request = {
    image: 'i',
    tty: false,
    openStdin: false,
    isolation: {
      devices: [...(parseDevices('/dev/fuse /dev/sda:/dev/xvda:r') ?? [])],
      ulimits: [...(parseUlimits('nofile=1:2 core=0') ?? [])],
    },
    ...loggingOf('local', { maxSize: '10m', maxFile: '3' }),
  };
  expect(hostFlags(request).join(' ')).toBe(
    '--device /dev/fuse --device /dev/sda:/dev/xvda:r --ulimit nofile=1:2 --ulimit core=0' +
      ' --log-driver local --log-opt max-size=10m --log-opt max-file=3',
  );
});
