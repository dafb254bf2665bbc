import { Buffer } from 'node:buffer';

import { EngineError } from '#engine/contract/errors.ts';

import type { HttpAgents } from './http-agents.ts';
import { PlainHosts } from './plain-hosts.ts';

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Bytes that can be sent again from their beginning: after a redirect, or with a token. */
export interface RequestBody {
  /** Bytes. */
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface HttpRequest {
  readonly method: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  /** Take any certificate. */
  readonly insecure: boolean;
  /** Whom to go through; the environment says unless told, `none` is nobody. */
  readonly proxy?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body is still on its way: read it to its end, or discard it. */
export interface HttpResponse {
  /** Where it came from, after redirects. */
  readonly url: string;
  readonly status: number;
  /** By lower-case name; repeated headers are joined with a comma. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** Whom connections trust besides what the system does. */
export interface Trust {
  /** Directories of registries' own certificates; Docker's and podman's unless told. */
  readonly directories: readonly string[];
  /** What people have said of one host: PEM. */
  readonly authoritiesOf: (host: string) => string | undefined;
}

export interface TransportOptions extends Partial<Trust> {
  /** How long nothing may come of a body that has begun; a minute unless told. */
  readonly idleTimeoutMs?: number | undefined;
}

const MAX_REDIRECTS = 8;

/**
 * HTTP with what registries need: proxies from the environment (never for loopback), the system's
 * certificates and those of the registry, and redirects that don't carry secrets to other hosts.
 */
export class Transport {
  readonly plainHosts = new PlainHosts();
  #agents: Promise<HttpAgents> | undefined;
  readonly #options: TransportOptions;

  constructor(options: TransportOptions = {}) {
    this.#options = options;
  }

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
    // Loaded with the first request: an engine that pulls nothing is lighter by a fifth without.
    this.#agents ??= import('./http-agents.ts').then(({ HttpAgents }) => new HttpAgents(this.#options));
    return (await this.#agents).send(url, options);
  }
}

/** A small body. */
export function bodyOf(bytes: string | Uint8Array): RequestBody {
  const buffer = Buffer.from(bytes);
  return {
    size: buffer.length,
    async *open() {
      yield buffer;
    },
  };
}

/** As Docker: what can only be this machine needs no certificate. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || hostname === '::1' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
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
      `${from.host} redirects to "${location.slice(0, 200)}", where a transfer can't follow; its administrator has to correct that.`,
    );
  }
  return target;
}
