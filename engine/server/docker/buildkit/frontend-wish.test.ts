import { expect, test } from 'vitest';

import { frontendWish } from './frontend-wish.ts';

test('options of the Dockerfile frontend are a wish of ours', () => {
  const { wish, source } = frontendWish(
    {
      filename: 'Other',
      target: 'one',
      'build-arg:A': '1=2',
      'label:b': '',
      'no-cache': '',
      'image-resolve-mode': 'pull',
      'force-network-mode': 'none',
      'add-hosts': 'db=10.0.0.1,v6=fd00::1',
      'shm-size': '1048576',
      platform: 'linux/arm64,linux/amd64',
      'attest:sbom': 'generator=some/image',
      'attest:provenance': 'mode=max',
      'vcs:revision': 'abc',
      'context:more': 'local:more',
    },
    'team/app:1,team/app',
  );
  expect(wish).toMatchObject({
    dockerfileName: 'Other',
    target: 'one',
    args: new Map([['A', '1=2']]),
    labels: { b: '' },
    noCache: true,
    pull: true,
    network: 'none',
    extraHosts: ['db:10.0.0.1', 'v6:fd00::1'],
    shmSizeBytes: 1_048_576,
    platforms: [
      { os: 'linux', architecture: 'arm64' },
      { os: 'linux', architecture: 'amd64' },
    ],
    attest: { sbom: true, provenance: 'max' },
    project: 'docker.io/team/app',
  });
  expect(wish.references.map(({ tag }) => tag)).toEqual(['1', 'latest']);
  expect(source).toEqual({ lendsDockerfile: false, named: new Map([['more', 'local:more']]) });
});

test('without any it is the Dockerfile of the folder of the client, nameless and with what is known', () => {
  const { wish, source } = frontendWish({}, '');
  expect(wish).toMatchObject({ dockerfileName: 'Dockerfile', references: [], noCache: false, pull: false, attest: {} });
  expect(source).toEqual({ lendsDockerfile: false, named: new Map() });
});

test.each([
  [{ 'shm-size': 'much' }, 'shm-size'],
  [{ platform: 'a/b/c/d' }, 'is not a platform'],
  [{ 'attest:other': '' }, 'is of no known type'],
  [{ 'cgroup-parent': '/x' }, '--cgroup-parent'],
])('%j is refused', (options, words) => {
  expect(() => frontendWish(options, '')).toThrow(words);
});
