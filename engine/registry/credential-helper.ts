import { execFile } from 'node:child_process';

import type { Credentials } from './registry-client.ts';

/** A helper may ask a keychain, which may ask a person; nobody waits for that for ever. */
const PATIENCE_MS = 20_000;
const MAX_ANSWER = 1024 * 1024;
/** Part of a program's name, from a file: it must not lead to another directory. */
const NAME = /^[A-Za-z0-9][\w.-]*$/;
/** What a helper calls somebody whose secret is an identity token (docker-credential-helpers). */
const TOKEN_USER = '<token>';

/**
 * What `docker-credential-NAME get` knows of a registry. Undefined when it knows nothing, isn't there or fails: an
 * operation without credentials is still worth a try.
 */
export async function askCredentialHelper(name: string, server: string): Promise<Credentials | undefined> {
  const answer = await runHelper(name, 'get', server);
  return answer === undefined ? undefined : readAnswer(answer);
}

/** @returns whether the helper is there and keeps it now. */
export async function keepWithHelper(name: string, server: string, credentials: Credentials): Promise<boolean> {
  const { Username, Secret } =
    credentials.kind === 'password'
      ? { Username: credentials.username, Secret: credentials.password }
      : { Username: TOKEN_USER, Secret: credentials.token };
  return (await runHelper(name, 'store', JSON.stringify({ ServerURL: server, Username, Secret }))) !== undefined;
}

/** What it doesn't know is forgotten already. */
export async function forgetWithHelper(name: string, server: string): Promise<void> {
  await runHelper(name, 'erase', server);
}

/** @returns what it printed; undefined when it isn't there or fails. */
async function runHelper(name: string, verb: 'get' | 'store' | 'erase', input: string): Promise<string | undefined> {
  if (!NAME.test(name)) return undefined;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const options = { timeout: PATIENCE_MS, maxBuffer: MAX_ANSWER };
  const child = execFile(`docker-credential-${name}`, [verb], options, (error, stdout) => {
    resolve(error === null ? stdout : undefined);
  });
  // One that ends without reading is seen by its exit code.
  child.stdin?.on('error', () => undefined).end(input);
  return promise;
}

function readAnswer(text: string): Credentials | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return undefined;
    const username: unknown = Reflect.get(answer, 'Username');
    const secret: unknown = Reflect.get(answer, 'Secret');
    if (typeof username !== 'string' || typeof secret !== 'string' || secret === '') return undefined;
    if (username === TOKEN_USER) return { kind: 'identity-token', token: secret };
    return username === '' ? undefined : { kind: 'password', username, password: secret };
  } catch {
    return undefined;
  }
}
