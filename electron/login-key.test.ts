import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { temporaryDirectory } from '#engine/testing/temporary-directory.ts';

import { type Keychain, openLoginKey } from './login-key.ts';

interface Wish {
  readonly backend?: ReturnType<Keychain['getSelectedStorageBackend']>;
  readonly isAvailable?: boolean;
}

/** Turns bytes over, and says which keychain it would be. */
function keychain({ backend = 'gnome_libsecret', isAvailable = true }: Wish = {}): Keychain {
  const turned = (bytes: Uint8Array): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xff));
  return {
    isAsyncEncryptionAvailable: async () => isAvailable,
    getSelectedStorageBackend: () => backend,
    encryptStringAsync: async (text) => turned(Buffer.from(text)),
    decryptStringAsync: async (bytes) => {
      if (bytes.length !== 44) throw new Error('Error while decrypting the ciphertext');
      return { result: turned(bytes).toString(), shouldReEncrypt: false };
    },
  };
}

test('the key is made once, and its file says it to nobody but the keychain', async () => {
  await using dir = await temporaryDirectory('login-key');
  const path = join(dir.path, 'new', 'login-key');
  const key = await openLoginKey(keychain(), path);
  expect(Buffer.from(key ?? '', 'base64')).toHaveLength(32);
  expect(await openLoginKey(keychain(), path)).toBe(key);
  expect(await readFile(path, 'latin1')).not.toContain(key);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(join(dir.path, 'new'))).toEqual(['login-key']);
});

test.each<Wish>([{ backend: 'basic_text' }, { backend: 'unknown' }, { isAvailable: false }])(
  'where nothing protects it there is no key: %o',
  async (wish) => {
    await using dir = await temporaryDirectory('login-key');
    expect(await openLoginKey(keychain(wish), join(dir.path, 'login-key'))).toBeUndefined();
    expect(await readdir(dir.path)).toEqual([]);
  },
);

test('what the keychain does not open is not overwritten', async () => {
  await using dir = await temporaryDirectory('login-key');
  const path = join(dir.path, 'login-key');
  await writeFile(path, 'by another keychain');
  expect(await openLoginKey(keychain(), path)).toBeUndefined();
  expect(await readFile(path, 'utf8')).toBe('by another keychain');
});
