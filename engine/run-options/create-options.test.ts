import { expect, test } from 'vitest';

import type { CreateBody } from './create-body.ts';
import { createOptions } from './create-options.ts';

/** What options by their flags make of an empty request. */
function bodyOf(...said: readonly (readonly [flag: string, value: string])[]): CreateBody {
  const body: CreateBody = { Image: 'app', HostConfig: {} };
  const around = { env: { HOME: '/home/ana' }, absolute: (path: string) => `/here/${path.replace('./', '')}` };
  const all = createOptions.flatMap(([, options]) => options);
  for (const [flag, value] of said) {
    const option = all.find(({ flags }) => flags.split(/[ ,]+/).includes(flag));
    if (option === undefined) throw new Error(`There is no ${flag}.`);
    option.into(body, value, around);
  }
  return body;
}

test('ports are published, and listened at', () => {
  const { ExposedPorts, HostConfig } = bodyOf(['-p', '8080:80'], ['-p', '[::1]:53:53/udp'], ['-p', '7000-7001:90-91']);
  expect(HostConfig.PortBindings).toEqual({
    '80/tcp': [{ HostIp: '', HostPort: '8080' }],
    '53/udp': [{ HostIp: '::1', HostPort: '53' }],
    '90/tcp': [{ HostIp: '', HostPort: '7000' }],
    '91/tcp': [{ HostIp: '', HostPort: '7001' }],
  });
  expect(Object.keys(ExposedPorts ?? {})).toEqual(['80/tcp', '53/udp', '90/tcp', '91/tcp']);
});

test('one port may be at any of a range', () => {
  expect(bodyOf(['-p', '8000-8010:80']).HostConfig.PortBindings).toEqual({
    '80/tcp': [{ HostIp: '', HostPort: '8000-8010' }],
  });
});

test.each(['8080:', 'a:80', '80/icmp', '1-2:80-90', '9-8:80', '70000'])('%s is no port', (text) => {
  expect(() => bodyOf(['-p', text])).toThrow(`invalid publish opts format: ${text}`);
});

test('folders are made absolute, and volumes are left alone', () => {
  const { HostConfig, Volumes } = bodyOf(['-v', './data:/data:ro'], ['-v', 'cache:/cache'], ['-v', '/scratch']);
  expect(HostConfig.Binds).toEqual(['/here/data:/data:ro', 'cache:/cache']);
  expect(Volumes).toEqual({ '/scratch': {} });
});

test('a mount has its fields in any order and by any of their names', () => {
  const { HostConfig } = bodyOf(
    ['--mount', 'dst=/data,type=bind,src=./data,ro'],
    ['--mount', 'source=cache,target=/cache,volume-nocopy,"volume-opt=o=a,b",volume-driver=local'],
    ['--mount', 'type=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=1770'],
  );
  expect(HostConfig.Mounts).toEqual([
    { Type: 'bind', Source: '/here/data', Target: '/data', ReadOnly: true },
    {
      Type: 'volume',
      Source: 'cache',
      Target: '/cache',
      VolumeOptions: { NoCopy: true, DriverConfig: { Name: 'local', Options: { o: 'a,b' } } },
    },
    { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1_048_576, Mode: 0o1770 } },
  ]);
});

test.each([
  ['type=bind,source=/a', 'target is required'],
  ['target=/a,colour=blue', "unexpected key 'colour' in 'colour=blue'"],
])('a mount like %s is refused', (text, words) => {
  expect(() => bodyOf(['--mount', text])).toThrow(words);
});

test('variables come from the text or from here', () => {
  expect(bodyOf(['-e', 'A=b=c'], ['-e', 'HOME'], ['-e', 'NOBODY_HAS_IT']).Env).toEqual(['A=b=c', 'HOME=/home/ana']);
});

test('limits are numbers in their units', () => {
  const { HostConfig } = bodyOf(
    ['-m', '512m'],
    ['--memory-swap', '-1'],
    ['--cpus', '1.5'],
    ['--ulimit', 'nofile=64:128'],
    ['--device-read-bps', '/dev/sda:1mb'],
  );
  expect(HostConfig).toEqual({
    Memory: 512 * 1024 * 1024,
    MemorySwap: -1,
    NanoCpus: 1_500_000_000,
    Ulimits: [{ Name: 'nofile', Soft: 64, Hard: 128 }],
    BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 1_048_576 }],
  });
});

test('an address and an alias belong to the network that was named', () => {
  const body = bodyOf(
    ['--network', 'back'],
    ['--ip', '10.9.0.9'],
    ['--network-alias', 'db'],
    ['--network', 'name=front,alias=x'],
  );
  expect(body.HostConfig.NetworkMode).toBe('back');
  expect(body.NetworkingConfig?.EndpointsConfig).toEqual({
    back: { IPAMConfig: { IPv4Address: '10.9.0.9' }, Aliases: ['db'] },
    front: { Aliases: ['x'] },
  });
});

test('health is asked for in nanoseconds', () => {
  const { Healthcheck } = bodyOf(['--health-cmd', 'true'], ['--health-interval', '1m30s'], ['--health-retries', '3']);
  expect(Healthcheck).toEqual({ Test: ['CMD-SHELL', 'true'], Interval: 90e9, Retries: 3 });
  expect(() => bodyOf(['--health-interval', 'soon'])).toThrow('invalid duration "soon"');
});

test('devices and restart policies are read as they are written', () => {
  const { HostConfig } = bodyOf(
    ['--device', '/dev/fuse:rw'],
    ['--device', '/dev/a:/dev/b:r'],
    ['--restart', 'on-failure:3'],
  );
  expect(HostConfig.Devices).toEqual([
    { PathOnHost: '/dev/fuse', PathInContainer: '/dev/fuse', CgroupPermissions: 'rw' },
    { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'r' },
  ]);
  expect(HostConfig.RestartPolicy).toEqual({ Name: 'on-failure', MaximumRetryCount: 3 });
});
