import { randomBytes } from 'node:crypto';

import { expect, test } from 'vitest';

import { LoginKeys, type Sealed } from './login-keys.ts';

const [key, other] = [randomBytes(32), randomBytes(32)];

function keysWith(...given: readonly Uint8Array[]): LoginKeys {
  const keys = new LoginKeys();
  for (const one of given) keys.add(one);
  return keys;
}

function sealed(keys: LoginKeys): Sealed {
  const found = keys.seal('correct horse', 'r.test');
  if (found === undefined) throw new Error('nothing was sealed');
  return found;
}

test('without a key nothing is sealed, and with one it is the same again only where it was sealed', () => {
  expect(new LoginKeys().seal('correct horse', 'r.test')).toBeUndefined();
  const it = sealed(keysWith(key));
  expect(JSON.stringify(it)).not.toContain('horse');
  expect(it.box).not.toContain(Buffer.from('correct horse').toString('base64').slice(0, 16));
  expect(keysWith(key).open(it, 'r.test')).toBe('correct horse');
  expect(keysWith(key).open(it, 'elsewhere.test')).toBeUndefined();
  expect(keysWith(other).open(it, 'r.test')).toBeUndefined();
  expect(sealed(keysWith(key)).box).not.toBe(it.box);
});

test('the last key seals, and those before it still open', () => {
  const before = sealed(keysWith(key));
  const both = keysWith(key, other);
  expect(both.open(before, 'r.test')).toBe('correct horse');
  expect(keysWith(other).open(sealed(both), 'r.test')).toBe('correct horse');
  both.add(key);
  expect(keysWith(key).open(sealed(both), 'r.test')).toBe('correct horse');
});

test('what was tampered with, cut short or is no box at all opens to nothing', () => {
  const it = sealed(keysWith(key));
  const bytes = Buffer.from(it.box, 'base64');
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(keysWith(key).open({ ...it, box: changed.toString('base64') }, 'r.test')).toBeUndefined();
  }
  for (const box of ['', 'AAAA', it.box.slice(0, 40)]) {
    expect(keysWith(key).open({ ...it, box }, 'r.test')).toBeUndefined();
  }
});

test('a key of another length is refused', () => {
  expect(() => keysWith(randomBytes(16))).toThrow('has 32 bytes, not 16');
});
