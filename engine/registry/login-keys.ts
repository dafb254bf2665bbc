import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

import { EngineError } from '#engine/contract/errors.ts';

/** What is sealed, and by which key: as it stands in a file. */
export interface Sealed {
  /** Of the key. */
  readonly by: string;
  /** Nonce, tag and text, in base64. */
  readonly box: string;
}

/** AES-256-GCM (NIST SP 800-38D): the nonce it is made for, and its whole tag. */
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keys that desktops have in their keychains and lend the engine for as long as it runs: in memory, never on disk. What
 * one of them has sealed can be read again once the same is lent again.
 */
export class LoginKeys {
  /** By their names; the last one given seals. */
  readonly #keys = new Map<string, Uint8Array>();

  /** @param key of 32 bytes. */
  add(key: Uint8Array): void {
    if (key.length !== KEY_BYTES) {
      throw new EngineError('invalid-argument', `A key for logins has ${KEY_BYTES} bytes, not ${key.length}.`);
    }
    const name = createHash('sha256').update(key).digest('hex').slice(0, 16);
    this.#keys.delete(name);
    this.#keys.set(name, key);
  }

  /** @param place what it is for: it opens nowhere else. @returns undefined while no key is lent. */
  seal(secret: string, place: string): Sealed | undefined {
    const [by, key] = [...this.#keys].at(-1) ?? [];
    if (by === undefined || key === undefined) return undefined;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(place));
    const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return { by, box: Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64') };
  }

  /** @returns undefined while its key isn't lent, and of what has been tampered with. */
  open({ by, box }: Sealed, place: string): string | undefined {
    const key = this.#keys.get(by);
    const bytes = Buffer.from(box, 'base64');
    const start = NONCE_BYTES + TAG_BYTES;
    if (key === undefined || bytes.length < start) return undefined;
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes.subarray(NONCE_BYTES, start));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(start)), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
}
