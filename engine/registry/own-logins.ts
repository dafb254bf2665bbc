import { EngineError } from '#engine/contract/errors.ts';

import type { Credentials } from './registry-client.ts';
import { askCredentialHelper, forgetWithHelper, keepWithHelper } from './credential-helper.ts';
import { serverOf } from './docker-config.ts';
import type { KeptLogin, KnownRegistries } from './known-registries.ts';
import type { LoginKeys } from './login-keys.ts';

/** Where a secret is kept: the desktop's keychain, or a file that only its owner reads. */
export type Keeping = 'keychain' | 'file';

/** Of docker-credential-helpers: talks to whatever keeps the desktop's secrets (libsecret). */
const KEYCHAIN = 'secretservice';

/** Where logins are kept. */
export interface LoginParts {
  readonly known: KnownRegistries;
  readonly keys: LoginKeys;
}

/** How one of them is to be kept. */
export interface KeepLogin {
  /** By a key of the desktop's, if it has lent one. Who logs in without a window must be able to go on without one. */
  readonly isSealed?: boolean;
}

/** Keeps what a registry has accepted. Without a desktop's session there is no keychain to be asked. */
export async function keepLogin(
  { known, keys }: LoginParts,
  registry: string,
  credentials: Credentials,
  { isSealed = false }: KeepLogin,
): Promise<Keeping> {
  const login =
    (isSealed ? sealedIn(keys, registry, credentials) : undefined) ??
    (await inKeychain(registry, credentials)) ??
    inFile(credentials);
  await known.change(registry, (before) => ({ ...before, login }));
  return keepingOf(login);
}

/** What is known of a login without opening it. */
export function keepingOf(login: KeptLogin): Keeping {
  return 'helper' in login || 'sealed' in login ? 'keychain' : 'file';
}

/** @returns whether there was one. */
export async function forgetLogin({ known }: LoginParts, registry: string): Promise<boolean> {
  const { login } = known.get(registry);
  if (login === undefined) return false;
  if ('helper' in login) await forgetWithHelper(login.helper, serverOf(registry));
  await known.change(registry, (before) => ({ ...before, login: undefined }));
  return true;
}

/** @throws EngineError `unauthenticated` of one that is sealed, while nobody has lent the key. */
export async function ownLogin({ known, keys }: LoginParts, registry: string): Promise<Credentials | undefined> {
  const { login } = known.get(registry);
  if (login === undefined) return undefined;
  if ('helper' in login) return askCredentialHelper(login.helper, serverOf(registry));
  if ('token' in login) return { kind: 'identity-token', token: login.token };
  if ('password' in login) return { kind: 'password', ...login };
  const password = keys.open(login.sealed, registry);
  if (password !== undefined) return { kind: 'password', username: login.username, password };
  throw new EngineError(
    'unauthenticated',
    `The login for ${registry} is sealed by the desktop's keychain: open Estrato's window, or log in once more.`,
  );
}

function sealedIn(keys: LoginKeys, registry: string, credentials: Credentials): KeptLogin | undefined {
  if (credentials.kind !== 'password') return undefined;
  const sealed = keys.seal(credentials.password, registry);
  return sealed === undefined ? undefined : { username: credentials.username, sealed };
}

async function inKeychain(registry: string, credentials: Credentials): Promise<KeptLogin | undefined> {
  const { DBUS_SESSION_BUS_ADDRESS: session = '' } = process.env;
  const isThere = session !== '' && (await keepWithHelper(KEYCHAIN, serverOf(registry), credentials));
  if (!isThere) return undefined;
  return { username: credentials.kind === 'password' ? credentials.username : '', helper: KEYCHAIN };
}

function inFile(credentials: Credentials): KeptLogin {
  if (credentials.kind !== 'password') return { token: credentials.token };
  return { username: credentials.username, password: credentials.password };
}
