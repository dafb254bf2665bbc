import { describe, expect, test } from 'vitest';

import { canonicalName, familiarName, parseReference } from './reference.ts';

const DIGEST = `sha256:${'a1'.repeat(32)}`;

describe('a reference', () => {
  test.each([
    ['redis', 'docker.io/library/redis:latest', 'redis:latest'],
    ['redis:4.0.6', 'docker.io/library/redis:4.0.6', 'redis:4.0.6'],
    ['jess/routersploit', 'docker.io/jess/routersploit:latest', 'jess/routersploit:latest'],
    [
      'docker.dev.redbee.io/ms-lalala-rest:release-v1.2.1',
      'docker.dev.redbee.io/ms-lalala-rest:release-v1.2.1',
      'docker.dev.redbee.io/ms-lalala-rest:release-v1.2.1',
    ],
    [`localhost:5000/a/b@${DIGEST}`, `localhost:5000/a/b@${DIGEST}`, `localhost:5000/a/b@${DIGEST}`],
    [`redis:4@${DIGEST}`, `docker.io/library/redis:4@${DIGEST}`, `redis:4@${DIGEST}`],
    ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
    ['docker.io/redis', 'docker.io/library/redis:latest', 'redis:latest'],
    ['index.docker.io/redis:6', 'docker.io/library/redis:6', 'redis:6'],
    ['index.docker.io/library/redis', 'docker.io/library/redis:latest', 'redis:latest'],
    ['docker.io/library/a/b', 'docker.io/library/a/b:latest', 'library/a/b:latest'],
    ['[::1]:5000/app:x', '[::1]:5000/app:x', '[::1]:5000/app:x'],
    ['Registry/app', 'Registry/app:latest', 'Registry/app:latest'],
    ['a__b/c-----d/e.f_g', 'docker.io/a__b/c-----d/e.f_g:latest', 'a__b/c-----d/e.f_g:latest'],
    ['x:_Tag.With-All_9', 'docker.io/library/x:_Tag.With-All_9', 'x:_Tag.With-All_9'],
  ])('%s is %s', (text, canonical, familiar) => {
    const reference = parseReference(text);
    expect(canonicalName(reference)).toBe(canonical);
    expect(familiarName(reference)).toBe(familiar);
    expect(parseReference(familiar)).toEqual(reference);
    expect(parseReference(canonical)).toEqual(reference);
  });

  test.each([
    ['Redis', 'invalid reference format: repository name must be lowercase'],
    ['localhost:5000/App:1', 'invalid reference format: repository name must be lowercase'],
    ['a'.repeat(64), 'cannot specify 64-byte hexadecimal strings'],
    ['', 'invalid reference format'],
    ['a b', 'invalid reference format'],
    ['../etc/passwd', 'invalid reference format'],
    ['a//b', 'invalid reference format'],
    ['a/', 'invalid reference format'],
    ['-a', 'invalid reference format'],
    ['a..b', 'invalid reference format'],
    ['a___b', 'invalid reference format'],
    ['redis:', 'invalid reference format'],
    ['redis:-x', 'invalid reference format'],
    [`redis:${'t'.repeat(129)}`, 'invalid reference format'],
    ['redis@sha256:abc', '64 lower-case hexadecimal digits'],
    [`redis@sha256:${'A'.repeat(64)}`, '64 lower-case hexadecimal digits'],
    ['host:port/app', 'invalid reference format'],
    [`localhost/${'a'.repeat(246)}`, 'must not be more than 255 characters'],
    ['x'.repeat(5000), 'at most 255'],
    ['http://localhost/app', 'invalid reference format'],
  ])('%s is refused', (text, message) => {
    expect(() => parseReference(text)).toThrow(message);
    expect(() => parseReference(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  });

  test('a name of 255 characters is taken', () => {
    const name = `localhost/${'a'.repeat(245)}`;
    expect(canonicalName(parseReference(name))).toBe(`${name}:latest`);
  });

  test('a digest of another kind is told apart from nonsense', () => {
    expect(() => parseReference(`redis@sha512:${'0'.repeat(128)}`)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});
