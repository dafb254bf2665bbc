import { Readable } from 'node:stream';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

import { Agent, EnvHttpProxyAgent, ProxyAgent, request, type Dispatcher } from 'undici';

import { certificateDirs, hostCertificates } from './host-certificates.ts';
import { isLoopback, type HttpRequest, type HttpResponse, type TransportOptions, type Trust } from './transport.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 30_000;
/** A registry that was sent a gigabyte reads it once more before it answers. */
const UPLOAD_TIMEOUT_MS = 300_000;
/** Between two pieces of a body, not for all of it: whoever is silent for longer is left, and asked for the rest anew. */
const BODY_TIMEOUT_MS = 60_000;
/** What nobody reads is read to its end, so that the connection serves the next question; one that has more to say than this is closed. */
const DISCARDED_BYTES = 16 * 1024;
const DISCARD_TIMEOUT_MS = 5000;

/** Connections, kept for the next request: one set for each way a host is reached. */
export class HttpAgents {
  readonly #agents = new Map<string, Dispatcher>();
  readonly #trust: Trust;
  readonly #idleTimeoutMs: number;

  constructor({
    directories = certificateDirs(),
    authoritiesOf = () => undefined,
    idleTimeoutMs = BODY_TIMEOUT_MS,
  }: TransportOptions) {
    this.#trust = { directories, authoritiesOf };
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  async send(url: URL, options: HttpRequest): Promise<HttpResponse> {
    const { statusCode, headers, body } = await request(url, {
      method: options.method,
      headers: { 'user-agent': 'estrato', ...lengthOf(options), ...options.headers },
      body: options.body === undefined ? null : Readable.from(options.body.open(), { objectMode: false }),
      signal: options.signal ?? null,
      dispatcher: this.#agent(url, options),
      headersTimeout: options.body === undefined ? HEADERS_TIMEOUT_MS : UPLOAD_TIMEOUT_MS,
      bodyTimeout: this.#idleTimeoutMs,
      // undici closes after every HEAD, for servers that send a body with it; Docker's client doesn't, so registries don't.
      reset: false,
    });
    return {
      url: url.href,
      status: statusCode,
      header: (name) => {
        const value = headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      },
      body,
      discard: () => {
        const signal = AbortSignal.timeout(DISCARD_TIMEOUT_MS);
        void body.dump({ limit: DISCARDED_BYTES, signal }).catch(() => undefined);
      },
    };
  }

  #agent(url: URL, { insecure, proxy }: HttpRequest): Dispatcher {
    const via = isLoopback(url.hostname) ? 'none' : proxy;
    const isSecret = url.protocol === 'https:';
    const own = isSecret ? hostCertificates(url.host, this.#trust.directories) : undefined;
    const added = isSecret ? this.#trust.authoritiesOf(url.host) : undefined;
    const key = JSON.stringify([via, insecure, own?.version, added]);
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const authorities = [...(own?.authorities ?? []), ...(added === undefined ? [] : [added])];
    // Who is trusted whatever it shows needs nobody to vouch for it.
    const trusted = { ca: insecure ? [] : [...trustedCertificates(), ...authorities] };
    // Hundreds of certificates take ten milliseconds to read: once for all connections.
    const secureContext = createSecureContext({ ...trusted, ...own?.client });
    const agent = agentVia(via, { secureContext, rejectUnauthorized: !insecure });
    this.#agents.set(key, agent);
    return agent;
  }
}

interface Tls {
  readonly secureContext: SecureContext;
  readonly rejectUnauthorized: boolean;
}

function agentVia(proxy: string | undefined, tls: Tls): Dispatcher {
  const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS };
  if (proxy === 'none') return new Agent({ connect });
  if (proxy === undefined) return new EnvHttpProxyAgent({ connect, requestTls: tls });
  return new ProxyAgent({ uri: proxy, connect, requestTls: tls });
}

function lengthOf({ body }: HttpRequest): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(body.size) };
}

/** Node's own list, and the system's, where companies put theirs. */
function trustedCertificates(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}
