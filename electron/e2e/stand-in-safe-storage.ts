import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Electron's own choice by `--password-store`; without a desktop's session there is none to be asked. */
const backends = new Map([
  ['gnome-libsecret', 'gnome_libsecret'],
  ['kwallet5', 'kwallet5'],
]);

/** `safeStorage`, with a file in the place of the desktop's keyring: it outlives the application as a keyring does. */
export class StandInSafeStorage {
  readonly #isReady: () => boolean;
  readonly #keyringPath: () => string;

  constructor(isReady: () => boolean, keyringPath: () => string) {
    this.#isReady = isReady;
    this.#keyringPath = keyringPath;
  }

  getSelectedStorageBackend(): string {
    if (!this.#isReady()) return 'unknown';
    const [, store = ''] = process.argv.map((word) => /^--password-store=(.+)$/.exec(word)).find(Boolean) ?? [];
    return backends.get(store) ?? 'basic_text';
  }

  isAsyncEncryptionAvailable(): Promise<boolean> {
    return Promise.resolve(this.#isReady());
  }

  async encryptStringAsync(text: string): Promise<Buffer> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#key(), nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  async decryptStringAsync(sealed: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    const start = NONCE_BYTES + TAG_BYTES;
    const decipher = createDecipheriv('aes-256-gcm', this.#key(), sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, start));
    const text = Buffer.concat([decipher.update(sealed.subarray(start)), decipher.final()]);
    return { result: text.toString(), shouldReEncrypt: false };
  }

  #key(): Uint8Array {
    if (!this.#isReady()) throw new Error('safeStorage cannot be used before app is ready');
    const path = this.#keyringPath();
    if (!existsSync(path)) writeFileSync(path, randomBytes(32), { mode: 0o600 });
    return readFileSync(path);
  }
}
