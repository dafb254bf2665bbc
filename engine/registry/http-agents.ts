import { Readable } from 'node:stream';
import { getCACertificates } from 'node:tls';

import { Agent, EnvHttpProxyAgent, request, type Dispatcher } from 'undici';

import { certificateDirs, hostCertificates } from './host-certificates.ts';
import { isLoopback, type HttpRequest, type HttpResponse } from './transport.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const HEADERS_TIMEOUT_MS = 30_000;
/** A registry that was sent a gigabyte reads it once more before it answers. */
const UPLOAD_TIMEOUT_MS = 300_000;
/** Between two pieces of a body, not for all of it. */
const BODY_TIMEOUT_MS = 60_000;

/** Connections, kept for the next request: one set for each way a host is reached. */
export class HttpAgents {
  readonly #agents = new Map<string, Dispatcher>();
  readonly #certificateDirs: readonly string[];

  constructor(certificates: readonly string[] = certificateDirs()) {
    this.#certificateDirs = certificates;
  }

  async send(url: URL, options: HttpRequest): Promise<HttpResponse> {
    const { statusCode, headers, body } = await request(url, {
      method: options.method,
      headers: { 'user-agent': 'estrato', ...lengthOf(options), ...options.headers },
      body: options.body === undefined ? null : Readable.from(options.body.open(), { objectMode: false }),
      signal: options.signal ?? null,
      dispatcher: this.#agent(url, options.insecure),
      headersTimeout: options.body === undefined ? HEADERS_TIMEOUT_MS : UPLOAD_TIMEOUT_MS,
      bodyTimeout: BODY_TIMEOUT_MS,
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
        // Destroying makes undici emit the abort as an error, which nobody is left to hear.
        body.on('error', () => undefined).destroy();
      },
    };
  }

  #agent(url: URL, insecure: boolean): Dispatcher {
    const isDirect = isLoopback(url.hostname);
    const own = url.protocol === 'https:' ? hostCertificates(url.host, this.#certificateDirs) : undefined;
    const key = `${isDirect}/${insecure}/${own?.version ?? ''}`;
    const known = this.#agents.get(key);
    if (known !== undefined) return known;
    const tls = {
      ...(insecure ? { rejectUnauthorized: false } : { ca: [...trustedCertificates(), ...(own?.authorities ?? [])] }),
      ...own?.client,
    };
    const connect = { ...tls, timeout: CONNECT_TIMEOUT_MS };
    const agent = isDirect ? new Agent({ connect }) : new EnvHttpProxyAgent({ connect, requestTls: tls });
    this.#agents.set(key, agent);
    return agent;
  }
}

function lengthOf({ body }: HttpRequest): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(body.size) };
}

/** Node's own list, and the system's, where companies put theirs. */
function trustedCertificates(): string[] {
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}
