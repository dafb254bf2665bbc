import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 bits: out of reach of guessing, however long the server runs. */
const SECRET_BYTES = 32;

/**
 * Who may use a served engine: whoever came with the printed token, which dies with its first use, and then holds a
 * cookie that scripts can't read and other sites' requests don't carry.
 */
export class BrowserSessions {
  readonly #cookieName: string;
  readonly #sessions: string[] = [];
  #token: string | undefined = newSecret();

  /** @param port part of the cookie's name, because browsers keep cookies by host and not by port. */
  constructor(port: number) {
    this.#cookieName = `estrato-${port}`;
  }

  /** For the printed address; undefined once used. */
  get token(): string | undefined {
    return this.#token;
  }

  /** Exchanges the token for a session. @returns the value of `set-cookie`, undefined when that wasn't the token. */
  redeem(token: string): string | undefined {
    if (this.#token === undefined || !isSame(token, this.#token)) return undefined;
    this.#token = undefined;
    const session = newSecret();
    this.#sessions.push(session);
    return `${this.#cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** @param cookies the `cookie` header. */
  isKnown(cookies: string | undefined): boolean {
    const prefix = `${this.#cookieName}=`;
    const values = (cookies ?? '')
      .split(';')
      .map((cookie) => cookie.trim())
      .filter((cookie) => cookie.startsWith(prefix))
      .map((cookie) => cookie.slice(prefix.length));
    return values.some((value) => this.#sessions.some((session) => isSame(value, session)));
  }
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Takes as long whatever the two have in common: hashes are of one length, as the comparison wants. */
function isSame(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
