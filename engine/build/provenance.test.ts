import { expect, test } from 'vitest';

import { fileMaterial, gitMaterial } from './materials.ts';
import { provenanceOf, type BuildFacts } from './provenance.ts';
import { imageUrl } from './image-url.ts';

const SECRET = 'hunter2hunter2';

const facts: BuildFacts = {
  request: {
    dockerfile: `FROM scratch\n# ${SECRET}\n`,
    dockerfileName: '/home/ann/app/Dockerfile.prod',
    context: {
      name: 'none',
      entry: async () => undefined,
      names: async () => [],
      digest: async () => '',
      async *open() {},
    },
    project: 'p',
    references: [],
    args: new Map([['TOKEN', `Bearer ${SECRET}`]]),
    labels: {},
    noCache: false,
    pull: false,
    network: 'default',
    extraHosts: [],
    secrets: new Map([['token', Buffer.from(`${SECRET}\n`)]]),
    memoryBytes: 0,
    shmSizeBytes: 0,
  },
  mode: 'max',
  platform: { os: 'linux', architecture: 'arm64' },
  builderPlatform: { os: 'linux', architecture: 'amd64' },
  version: '1.0.0',
  id: 'some-build',
  startedAt: new Date(0),
  finishedAt: new Date(1000),
  materials: [],
};

test('a secret that somebody has put into an argument or the Dockerfile is taken out, and folders of a machine are not told', () => {
  const { predicateType, predicate } = provenanceOf(facts);
  expect(predicateType).toBe('https://slsa.dev/provenance/v1');
  const text = JSON.stringify(predicate);
  expect(text).toContain('"TOKEN":"Bearer ***"');
  expect(text).toContain('"secrets":[{"id":"token"}]');
  expect(text).toContain('"dockerfile":"Dockerfile.prod"');
  expect(text).not.toContain('ann');
  const encoded = /"content":"([^"]+)"/.exec(text)?.[1] ?? '';
  expect(Buffer.from(encoded, 'base64').toString()).toBe('FROM scratch\n# ***\n');
  expect(text).not.toContain(SECRET);
});

test('the least that is said has neither arguments nor the Dockerfile', () => {
  const text = JSON.stringify(provenanceOf({ ...facts, mode: 'min' }).predicate);
  expect(text).toContain('"platform":"linux/arm64"');
  for (const word of ['TOKEN', 'content', 'secrets']) expect(text).not.toContain(word);
});

test('addresses are told without the password in them', () => {
  expect(fileMaterial('https://ann:pw@example.com/a.tar', 'ab')).toEqual({
    uri: 'https://example.com/a.tar',
    digest: { sha256: 'ab' },
  });
  const commit = 'c'.repeat(40);
  expect(gitMaterial({ url: 'https://x:pw@example.com/r.git', ref: 'main', directory: '' }, commit)).toEqual({
    uri: 'https://example.com/r.git#main',
    digest: { sha1: commit },
  });
});

test.each([
  [
    { registry: 'docker.io', repository: 'library/debian', tag: 'bookworm' },
    'pkg:docker/debian@bookworm?platform=linux%2Farm64',
  ],
  [{ registry: 'docker.io', repository: 'team/app' }, 'pkg:docker/team/app@latest?platform=linux%2Farm64'],
  [
    { registry: 'r.example:5000', repository: 'a/b', tag: '1' },
    'pkg:docker/r.example%3A5000/a/b@1?platform=linux%2Farm64',
  ],
])('%j is called %s', (reference, url) => {
  expect(imageUrl(reference, 'linux/arm64')).toBe(url);
});
