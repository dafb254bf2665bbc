import { Buffer } from 'node:buffer';
import { sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:https';

/** PEM: a certificate, and the key that it is for. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface TokenServerOptions {
  /** Of its own door, and what it signs with. */
  readonly keys: KeyPair;
  readonly user: { readonly username: string; readonly password: string };
  readonly issuer: string;
}

export interface TokenServer extends AsyncDisposable {
  /** Where registries send their clients. */
  readonly realm: string;
  /** What was asked for so far: `repository:team/app:pull,push`. */
  readonly scopes: readonly string[];
}

const LIFE_SECONDS = 300;

/**
 * Gives tokens for a password, as Docker's registry wants them (distribution's specification, "Token Authentication"): the user
 * gets whatever is asked for, a stranger nothing.
 */
export async function startTokenServer({ keys, user, issuer }: TokenServerOptions): Promise<TokenServer> {
  const scopes: string[] = [];
  const expected = `Basic ${Buffer.from(`${user.username}:${user.password}`).toString('base64')}`;
  const server = createServer({ cert: keys.certificate, key: keys.key }, (request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'https://token.test');
    const wanted = searchParams.getAll('scope');
    scopes.push(...wanted);
    const isUser = request.headers.authorization === expected;
    if (!isUser && request.headers.authorization !== undefined) {
      response.writeHead(401).end();
      return;
    }
    const claims = { iss: issuer, aud: searchParams.get('service') ?? '', access: isUser ? wanted.map(accessOf) : [] };
    const token = signed(claims, keys);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The token server has no port.');
  return {
    realm: `https://127.0.0.1:${address.port}/token`,
    scopes,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function accessOf(scope: string): { type: string; name: string; actions: readonly string[] } {
  const [type = '', name = '', actions = ''] = scope.split(':');
  return { type, name, actions: actions.split(',') };
}

/** A JSON web token (RFC 7519) with the certificate that vouches for it. */
function signed(claims: object, { certificate, key }: KeyPair): string {
  const now = Math.floor(Date.now() / 1000);
  const x5c = [new X509Certificate(certificate).raw.toString('base64')];
  const header = { typ: 'JWT', alg: 'RS256', x5c };
  const times = { iat: now - 10, nbf: now - 10, exp: now + LIFE_SECONDS, jti: String(now) };
  const text = [header, { sub: 'test', ...claims, ...times }].map(encoded).join('.');
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
