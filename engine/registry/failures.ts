import { EngineError } from '#engine/contract/errors.ts';

import type { HttpResponse } from './transport.ts';
import { oneLine } from './one-line.ts';
import { durationInWords, readRateLimit, type RateLimit } from './rate-limit.ts';
import { readLimited } from './read-limited.ts';

/** One entry of a registry's error body (OCI distribution specification, "Error Codes"). */
export interface RegistryError {
  readonly code: string;
  readonly message: string;
}

/** The registry answered that it can't just now: 5xx or 429. */
export class PassingFailure extends Error {
  readonly status: number;
  readonly errors: readonly RegistryError[];
  readonly retryAfterMs: number | undefined;
  readonly limit: RateLimit | undefined;

  constructor(response: HttpResponse, errors: readonly RegistryError[]) {
    super(`status ${response.status}`);
    this.status = response.status;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs(response.header('retry-after'));
    this.limit = readRateLimit(response.header('ratelimit-limit'));
  }
}

const transientCodes = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'ENETDOWN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'HPE_INVALID_EOF_STATE',
]);

/** Whether the same request may well succeed in a moment. */
export function isTransient(error: unknown): boolean {
  return error instanceof PassingFailure || transientCodes.has(errorCode(error) ?? '');
}

export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error.cause === undefined ? undefined : errorCode(error.cause);
}

const MAX_ERROR_BODY = 64 * 1024;

export async function readErrors(response: HttpResponse): Promise<readonly RegistryError[]> {
  try {
    const bytes = await readLimited(response.body, MAX_ERROR_BODY);
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof body !== 'object' || body === null || !('errors' in body) || !Array.isArray(body.errors)) return [];
    return body.errors.flatMap((error: unknown) => {
      if (typeof error !== 'object' || error === null) return [];
      return [{ code: field(error, 'code'), message: field(error, 'message') }];
    });
  } catch {
    // An error without a readable body is still an error with a status.
    return [];
  }
}

function field(value: object, name: string): string {
  const text: unknown = Reflect.get(value, name);
  return typeof text === 'string' ? oneLine(text, 300) : '';
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Docker's way to write what a registry said: `manifest unknown: manifest unknown`. */
function inDockersWords({ code, message }: RegistryError): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return message === '' ? words : `${words}: ${message}`;
}

export interface FailedRequest {
  readonly registry: string;
  /** The image, in familiar form. */
  readonly name: string;
  readonly status: number;
  readonly errors: readonly RegistryError[];
  /** How we proved who we are. */
  readonly proof: 'none' | 'anonymous-token' | 'credentials';
  /** How long the registry asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
  /** What it lets through, if it says. */
  readonly limit?: RateLimit | undefined;
  /** To pull, unless told. */
  readonly doing?: 'pull' | 'pull,push' | 'delete';
}

/** The sentence for an answer that isn't a success. */
export function refusal(failed: FailedRequest): EngineError {
  const { status } = failed;
  const first = failed.errors[0];
  const said = first === undefined ? `status ${status}` : inDockersWords(first);
  if (status === 401 || status === 403) {
    return isPull(failed) ? accessRefusal(failed, said) : changeRefusal(failed, said);
  }
  if (status === 404) return notFound(failed, said);
  if (status === 413) return tooLarge(failed, said);
  return new EngineError('unavailable', unwilling(failed, said));
}

function isPull({ doing = 'pull' }: FailedRequest): boolean {
  return doing === 'pull';
}

function unwilling(failed: FailedRequest, said: string): string {
  const { registry, name, status } = failed;
  if (status === 429) {
    const what = isPull(failed) ? 'pulled from here' : 'sent to it from here';
    return `${registry} limits how much can be ${what}${allowance(failed)} (${said}); wait ${waitInWords(failed)}, or sign in for a higher limit.`;
  }
  if (status >= 500) {
    return `The registry ${registry} failed while ${isPull(failed) ? 'sending' : 'taking'} ${name} (${said}); try again later.`;
  }
  return `The registry ${registry} refused to ${isPull(failed) ? 'send' : 'take'} ${name} (${said}); check the name.`;
}

function waitInWords({ retryAfterMs: wait }: FailedRequest): string {
  return wait === undefined ? 'a while' : durationInWords(wait);
}

function allowance({ limit }: FailedRequest): string {
  return limit === undefined ? '' : `, to ${limit.count} in ${durationInWords(limit.windowSeconds * 1000)}`;
}

function tooLarge({ registry, name }: FailedRequest, said: string): EngineError {
  return new EngineError(
    'too-large',
    `The registry ${registry}, or a proxy before it, takes no uploads as large as those of ${name} (${said}); its administrator can raise the limit.`,
  );
}

/** Docker's words, and what there is to do. */
function changeRefusal({ registry, name, proof, doing }: FailedRequest, said: string): EngineError {
  const what = doing === 'delete' ? 'delete' : 'push';
  const remedy =
    proof === 'credentials'
      ? 'the account that is signed in may not do that there'
      : 'sign in with an account that may do that there';
  return new EngineError(
    proof === 'credentials' ? 'forbidden' : 'unauthenticated',
    `${what} access denied for ${withoutTag(name)}: ${said} (${registry}); ${remedy}.`,
  );
}

function accessRefusal({ registry, name, proof, errors }: FailedRequest, said: string): EngineError {
  if (proof === 'credentials' && errors[0]?.code !== 'DENIED') {
    return new EngineError(
      'unauthenticated',
      `unauthorized: ${registry} does not accept the credentials used for ${name} (${said}); sign in to it again.`,
    );
  }
  // Registries don't tell strangers which private repositories exist, so both possibilities are named, as Docker does.
  return new EngineError(
    proof === 'anonymous-token' ? 'not-found' : 'unauthenticated',
    `pull access denied for ${withoutTag(name)}, repository does not exist or may require 'docker login': ${said} (${registry})`,
  );
}

function notFound({ name, registry, errors }: FailedRequest, said: string): EngineError {
  switch (errors[0]?.code) {
    case 'MANIFEST_UNKNOWN':
      return new EngineError('not-found', `manifest for ${name} not found: ${said}`);
    case 'NAME_UNKNOWN':
      return new EngineError('not-found', `repository ${withoutTag(name)} not found: ${said}`);
    default:
      return new EngineError(
        'not-found',
        `${name} not found: ${registry} knows no such image, or is not a registry (${said}); check the name.`,
      );
  }
}

function withoutTag(name: string): string {
  return name.replace(/(?:@sha256:[0-9a-f]{64})$/, '').replace(/:[\w.-]+$/, '');
}

/** The sentence for a registry that gave no answer at all. */
export function unreachable(registry: string, url: URL, error: unknown): EngineError {
  const code = errorCode(error) ?? '';
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const message = `The registry ${registry} can't be reached: ${noAnswer(code, url, port, error)}`;
  return new EngineError('unavailable', message, { cause: error });
}

function noAnswer(code: string, url: URL, port: string, error: unknown): string {
  const at = `${url.hostname} port ${port}`;
  if (code === 'ECONNREFUSED')
    return `nothing listens at ${at} (connection refused); check the name, and that it is running.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `there is no host named ${url.hostname} (${code}); check the spelling and this machine's network.`;
  }
  if (code.includes('TIMEOUT') || code === 'ETIMEDOUT') {
    return `${at} did not answer in time (${code}); check this machine's network, or the proxy.`;
  }
  if (code.includes('CERT') || code.startsWith('UNABLE_TO_') || code === 'DEPTH_ZERO_SELF_SIGNED_CERT') {
    return `the certificate of ${at} is not trusted (${code}); add its authority to this machine's certificates and restart the engine, or give it for this registry alone (estrato remote settings --ca).`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `${at} broke the connection (${code || reason}); try again, and check the network if it repeats.`;
}
