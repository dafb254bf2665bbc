import { getCACertificates } from 'node:tls';

import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';

import { EngineError } from '#engine/contract/errors.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Take any certificate. */
  readonly insecure: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body is still on its way: read it to its end, or discard it. */
export interface HttpResponse {
  readonly status: number;
  /** By lower-case name; repeated headers are joined with a comma. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 30_000;
/** Between two pieces of a body, not for all of it. */
const BODY_TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 8;

/**
 * HTTP with what registries need: proxies from the environment (never for loopback), the system's certificates, and
 * redirects that don't carry secrets to other hosts.
 */
export class Transport {
  readonly #agents = new Map<string, Dispatcher>();

  /** @throws the network's own error, or EngineError for a redirect that leads nowhere; any HTTP status is an answer. */
  async send(url: URL, options: HttpRequest): Promise<HttpResponse> {
    let target = url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await this.#once(target, forTarget(options, url, target));
      const location = redirectTarget(response, target, options.insecure);
      if (location === undefined) return response;
      response.discard();
      target = location;
    }
    throw new EngineError('unavailable', `${url.host} redirects in a circle; its administrator has to correct that.`);
  }

  async #once(url: URL, options: HttpRequest): Promise<HttpResponse> {
    const { statusCode, headers, body } = await request(url, {
      method: options.method,
      headers: { 'user-agent': 'estrato', ...options.headers },
      body: options.body ?? null,
      signal: options.signal ?? null,
      dispatcher: this.#agent(url, options.insecure),
      headersTimeout: HEADERS_TIMEOUT_MS,
      bodyTimeout: BODY_TIMEOUT_MS,
    });
    return {
      status: statusCode,
      header: (name) => {
        const value = headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
      body,
      discard: () => {
        // Destroying makes undici emit the abort as an error, which nobody is left to hear.
        body.on('error', () => undefined).destroy();
      },
    };
  }

  #agent(url: URL, insecure: boolean): Dispatcher {
    const isDirect = isLoopback(url.hostname);
    const key = `${isDirect}/${insecure}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const tls = insecure ? { rejectUnauthorized: false } : { ca: trustedCertificates() };
    const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS };
    const agent = isDirect ? new Agent({ connect }) : new EnvHttpProxyAgent({ connect, requestTls: tls });
    this.#agents.set(key, agent);
    return agent;
  }
}

/** As Docker: what can only be this machine needs no certificate. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}

/** Node's own list, and the system's, where companies put theirs. */
function trustedCertificates(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

/** The storage behind a registry is often another company's: it gets neither the token nor the password. */
function forTarget(options: HttpRequest, first: URL, target: URL): HttpRequest {
  if (first.origin === target.origin || options.headers === undefined) return options;
  const { authorization: _, ...headers } = options.headers;
  return { ...options, headers };
}

function redirectTarget(response: HttpResponse, from: URL, insecure: boolean): URL | undefined {
  const location = response.header('location');
  if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return undefined;
  const target = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  const isAllowed =
    target?.protocol === 'https:' || (target?.protocol === 'http:' && (from.protocol === 'http:' || insecure));
  if (target === undefined || !isAllowed) {
    throw new EngineError(
      'unavailable',
      `${from.host} redirects to "${location.slice(0, 200)}", where a download can't follow; its administrator has to correct that.`,
    );
  }
  return target;
}
