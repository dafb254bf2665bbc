import type { RegistryOptions } from '#engine/contract/registry.ts';

/** What a person writes of how this machine's images are served. */
export interface ServeDraft {
  readonly listen: string;
  readonly push: boolean;
  readonly asksLogin: boolean;
  readonly username: string;
  readonly password: string;
  readonly isEncrypted: boolean;
  /** As PEM, both. */
  readonly cert: string;
  readonly key: string;
}

export const emptyServeDraft: ServeDraft = {
  listen: '127.0.0.1:5000',
  push: false,
  asksLogin: false,
  username: '',
  password: '',
  isEncrypted: false,
  cert: '',
  key: '',
};

/** Undefined while something of it is still to be written. */
export function serveOptions(draft: ServeDraft): RegistryOptions | undefined {
  const { push, asksLogin, username, password, isEncrypted } = draft;
  const [listen, cert, key] = [draft.listen.trim(), draft.cert.trim(), draft.key.trim()];
  if (listen === '') return undefined;
  if (asksLogin && (username === '' || password === '')) return undefined;
  if (isEncrypted && (cert === '' || key === '')) return undefined;
  return {
    listen,
    push,
    ...(asksLogin ? { login: { username, password } } : {}),
    ...(isEncrypted ? { tls: { cert, key } } : {}),
  };
}
