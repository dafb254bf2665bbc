import type { Credentials } from './registry-client.ts';
import { askCredentialHelper, forgetWithHelper, keepWithHelper } from './credential-helper.ts';
import { serverOf } from './docker-config.ts';
import type { KeptLogin, KnownRegistries } from './known-registries.ts';

/** Where a secret is kept: the desktop's keychain, or a file that only its owner reads. */
export type Keeping = 'keychain' | 'file';

/** Of docker-credential-helpers: talks to whatever keeps the desktop's secrets (libsecret). */
const KEYCHAIN = 'secretservice';

/** Keeps what a registry has accepted. Without a desktop's session there is no keychain to be asked. */
export async function keepLogin(known: KnownRegistries, registry: string, credentials: Credentials): Promise<Keeping> {
  const { DBUS_SESSION_BUS_ADDRESS: session = '' } = process.env;
  const isInKeychain = session !== '' && (await keepWithHelper(KEYCHAIN, serverOf(registry), credentials));
  const login = isInKeychain ? { username: userOf(credentials), helper: KEYCHAIN } : inFile(credentials);
  await known.change(registry, (before) => ({ ...before, login }));
  return isInKeychain ? 'keychain' : 'file';
}

/** @returns whether there was one. */
export async function forgetLogin(known: KnownRegistries, registry: string): Promise<boolean> {
  const { login } = known.get(registry);
  if (login === undefined) return false;
  if ('helper' in login) await forgetWithHelper(login.helper, serverOf(registry));
  await known.change(registry, (before) => ({ ...before, login: undefined }));
  return true;
}

export async function ownLogin(known: KnownRegistries, registry: string): Promise<Credentials | undefined> {
  const { login } = known.get(registry);
  if (login === undefined) return undefined;
  if ('helper' in login) return askCredentialHelper(login.helper, serverOf(registry));
  return 'token' in login ? { kind: 'identity-token', token: login.token } : { kind: 'password', ...login };
}

function inFile(credentials: Credentials): KeptLogin {
  if (credentials.kind !== 'password') return { token: credentials.token };
  return { username: credentials.username, password: credentials.password };
}

function userOf(credentials: Credentials): string {
  return credentials.kind === 'password' ? credentials.username : '';
}
