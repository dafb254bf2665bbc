import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { SafeStorage } from 'electron';

/** What the desktop system keeps secrets by, as Electron hands it out once it is ready. */
export type Keychain = Pick<
  SafeStorage,
  'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'
>;

const KEY_BYTES = 32;

/**
 * The key that logins are sealed with, in base64: made once, and kept in a file that the keychain alone can read.
 * Undefined where there is no keychain, or where it doesn't open what is there: that is then left as it is, since what
 * is sealed by it would be lost with it.
 */
export async function openLoginKey(keychain: Keychain, path: string): Promise<string | undefined> {
  if (!(await isProtected(keychain))) return undefined;
  try {
    const kept = await readFile(path).catch(orMissing);
    if (kept !== undefined) return (await keychain.decryptStringAsync(kept)).result;
    const key = randomBytes(KEY_BYTES).toString('base64');
    await write(path, await keychain.encryptStringAsync(key));
    return key;
  } catch {
    return undefined;
  }
}

/** On Linux Electron encrypts without a keychain too, with a password that everybody knows. */
async function isProtected(keychain: Keychain): Promise<boolean> {
  if (process.platform === 'linux' && ['basic_text', 'unknown'].includes(keychain.getSelectedStorageBackend())) {
    return false;
  }
  return keychain.isAsyncEncryptionAvailable();
}

function orMissing(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** Whole, or not at all. */
async function write(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.partial`, bytes, { mode: 0o600, flush: true });
  await rename(`${path}.partial`, path);
}
