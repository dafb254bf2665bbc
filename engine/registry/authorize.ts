import { Buffer } from 'node:buffer';

import { EngineError } from '#engine/contract/errors.ts';

import { parseChallenges, type Challenge } from './challenge.ts';
import { PassingFailure, readErrors, refusal } from './failures.ts';
import { mergeScopes } from './merge-scopes.ts';
import { readLimited } from './read-limited.ts';
import type { Credentials } from './registry-client.ts';
import { bodyOf, type HttpRequest, type HttpResponse, type Transport } from './transport.ts';

/** What goes into the `Authorization` header, and until when. */
export interface Authorization {
  readonly header: string;
  readonly proof: 'anonymous-token' | 'credentials';
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

export interface AuthorizeRequest {
  readonly registry: string;
  /** The image, in familiar form, for sentences. */
  readonly name: string;
  /** `repository:library/redis:pull`, used where the challenge names none. */
  readonly scope: string;
  /** What is going to be done besides what the challenge was about. */
  readonly alsoScope?: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly insecure: boolean;
  readonly proxy?: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Distribution's token specification: what a token lives for when it doesn't say. */
const DEFAULT_LIFETIME_S = 60;
const MAX_TOKEN_ANSWER = 1024 * 1024;

/** Answers a registry's challenge; undefined when nothing we have can. @throws EngineError, or the network's error. */
export async function authorize(
  transport: Transport,
  header: string | undefined,
  request: AuthorizeRequest,
): Promise<Authorization | undefined> {
  const { credentials } = request;
  if (credentials?.kind === 'registry-token')
    return { header: `Bearer ${credentials.token}`, proof: 'credentials', expiresAt: Infinity };
  const challenges = parseChallenges(header ?? '');
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  if (bearer !== undefined) return fetchToken(transport, bearer, request);
  if (challenges.some(({ scheme }) => scheme === 'basic') && credentials?.kind === 'password') {
    return { header: basic(credentials), proof: 'credentials', expiresAt: Infinity };
  }
  return undefined;
}

/** https://distribution.github.io/distribution/spec/auth/token/ and …/auth/oauth/. */
async function fetchToken(
  transport: Transport,
  challenge: Challenge,
  request: AuthorizeRequest,
): Promise<Authorization> {
  const realm = tokenServer(challenge, request);
  const scope = mergeScopes(challenge.parameters.get('scope') ?? request.scope, request.alsoScope ?? '');
  const response = await transport.send(...tokenRequest(realm, challenge.parameters.get('service'), scope, request));
  const proof = request.credentials === undefined ? 'anonymous-token' : 'credentials';
  if (response.status === 429 || response.status >= 500) {
    throw new PassingFailure(response, await readErrors(response));
  }
  if (response.status !== 200) {
    const { registry, name } = request;
    throw refusal({
      registry,
      name,
      status: response.status === 404 ? 403 : response.status,
      errors: await readErrors(response),
      proof,
    });
  }
  return { ...(await readToken(response, request.registry)), proof };
}

function tokenServer(challenge: Challenge, { registry, insecure, credentials }: AuthorizeRequest): URL {
  const realm = challenge.parameters.get('realm') ?? '';
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  // A password must not cross the network readable because a registry says so.
  const isAllowed =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && (insecure || credentials === undefined));
  if (url !== undefined && isAllowed) return url;
  throw new EngineError(
    'unavailable',
    `The registry ${registry} sends clients to "${realm.slice(0, 200)}" for a token, which can't be used safely; its administrator has to correct that.`,
  );
}

function tokenRequest(
  realm: URL,
  service: string | undefined,
  scope: string,
  request: AuthorizeRequest,
): [URL, HttpRequest] {
  const { credentials } = request;
  const way = { insecure: request.insecure, proxy: request.proxy, signal: request.signal };
  if (credentials?.kind === 'identity-token') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credentials.token,
      client_id: 'estrato',
      scope,
    });
    if (service !== undefined) form.set('service', service);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return [realm, { method: 'POST', headers, body: bodyOf(form.toString()), ...way }];
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  // Several scopes in one challenge are several parameters in the request.
  for (const one of scope.split(' ').filter(Boolean)) url.searchParams.append('scope', one);
  if (credentials?.kind !== 'password') return [url, { method: 'GET', ...way }];
  url.searchParams.set('account', credentials.username);
  return [url, { method: 'GET', headers: { authorization: basic(credentials) }, ...way }];
}

async function readToken(response: HttpResponse, registry: string): Promise<{ header: string; expiresAt: number }> {
  const bytes = await readLimited(response.body, MAX_TOKEN_ANSWER);
  const answer = tokenFields(bytes);
  if (answer === undefined) {
    throw new EngineError(
      'unavailable',
      `The token server of ${registry} did not answer with a token; try again later, or ask its administrator.`,
    );
  }
  const lifetimeS = answer.expiresIn ?? DEFAULT_LIFETIME_S;
  // Renewed a little early, so that it doesn't end on its way.
  return { header: `Bearer ${answer.token}`, expiresAt: Date.now() + Math.max(10, lifetimeS - 15) * 1000 };
}

function tokenFields(bytes: Uint8Array | undefined): { token: string; expiresIn?: number } | undefined {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof answer !== 'object' || answer === null) return undefined;
    const token: unknown = Reflect.get(answer, 'token') ?? Reflect.get(answer, 'access_token');
    const expiresIn: unknown = Reflect.get(answer, 'expires_in');
    if (typeof token !== 'string' || !/^[\u0021-\u007e]+$/.test(token)) return undefined;
    return typeof expiresIn === 'number' ? { token, expiresIn } : { token };
  } catch {
    return undefined;
  }
}

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
