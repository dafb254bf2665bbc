import { EngineError } from '#engine/contract/errors.ts';

import { authorize, type Authorization } from './authorize.ts';
import { errorCode, PassingFailure, readErrors, refusal, retryAfterMs, unreachable } from './failures.ts';
import type { Credentials } from './registry-client.ts';
import { retrying, type RetryPolicy } from './retry.ts';
import type { HttpResponse, Transport } from './transport.ts';

export interface EndpointOptions {
  readonly registry: string;
  readonly repository: string;
  /** The image, in familiar form, for sentences. */
  readonly name: string;
  readonly credentials: () => Promise<Credentials | undefined>;
  readonly insecure: boolean;
  readonly retry: RetryPolicy;
}

export interface Question {
  readonly method: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Answer undefined where the registry doesn't know this kind of question (404 to a HEAD, 405), instead of throwing. */
  readonly optional?: boolean;
}

/** Docker Hub's API is not at its name. */
const DOCKER_HUB_HOST = 'registry-1.docker.io';

/** One repository's HTTP: the way in (scheme, token) is found with the first question and kept for the next. */
export class Endpoint {
  readonly registry: string;
  readonly name: string;
  readonly retry: RetryPolicy;
  readonly #transport: Transport;
  readonly #options: EndpointOptions;
  readonly #bases: readonly URL[];
  #base: URL | undefined;
  #authorization: Authorization | undefined;
  #authorizing: Promise<void> | undefined;

  constructor(transport: Transport, options: EndpointOptions) {
    this.#transport = transport;
    this.#options = options;
    this.registry = options.registry;
    this.name = options.name;
    this.retry = options.retry;
    const host = options.registry === 'docker.io' ? DOCKER_HUB_HOST : options.registry;
    const schemes = options.insecure ? ['https', 'http'] : ['https'];
    this.#bases = schemes.map((scheme) => new URL(`${scheme}://${host}/v2/${options.repository}/`));
  }

  /** A successful answer, tried for as often as the failure may pass. @throws EngineError. */
  async ask(path: string, question: Question & { readonly optional: true }): Promise<HttpResponse | undefined>;
  async ask(path: string, question: Question): Promise<HttpResponse>;
  async ask(path: string, question: Question): Promise<HttpResponse | undefined> {
    return this.reading(() => retrying(this.retry, question.signal, () => this.askOnce(path, question)));
  }

  /** One try, whose passing failures are thrown as they are: for callers that do the trying again themselves. */
  async askOnce(path: string, question: Question): Promise<HttpResponse | undefined> {
    let response = await this.#send(path, question);
    if (response.status === 401) {
      await this.#authorize(response, question.signal);
      response = await this.#send(path, question);
    }
    if (response.status >= 200 && response.status < 300) return response;
    const errors = await readErrors(response);
    if (response.status === 429 || response.status >= 500) {
      throw new PassingFailure(response.status, errors, retryAfterMs(response.header('retry-after')));
    }
    if (question.optional === true && (response.status === 404 || response.status === 405)) return undefined;
    throw this.#refusal(response.status, errors);
  }

  /** Runs `work`, and puts the network's failures into words. */
  async reading<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.inWords(error);
    }
  }

  inWords(error: unknown): unknown {
    if (error instanceof EngineError || isAbort(error)) return error;
    if (error instanceof PassingFailure) return this.#refusal(error.status, error.errors);
    const [first] = this.#bases;
    const url = this.#base ?? first;
    return url === undefined ? error : unreachable(this.registry, url, error);
  }

  async #send(path: string, question: Question): Promise<HttpResponse> {
    let failure: unknown;
    for (const base of this.#base === undefined ? this.#bases : [this.#base]) {
      try {
        const response = await this.#transport.send(new URL(path, base), {
          method: question.method,
          headers: { ...question.headers, ...this.#authorizationHeader() },
          insecure: this.#options.insecure,
          signal: question.signal,
        });
        this.#base = base;
        return response;
      } catch (error) {
        question.signal?.throwIfAborted();
        // Where HTTPS is not spoken at all, what went wrong with HTTP is what counts.
        if (failure === undefined || isNoTls(failure)) failure = error;
      }
    }
    throw failure;
  }

  #authorizationHeader(): { authorization?: string } {
    const { header, expiresAt } = this.#authorization ?? {};
    if (header === undefined || expiresAt === undefined || expiresAt < Date.now()) return {};
    return { authorization: header };
  }

  /** Layers that are refused at the same moment fetch one token together. */
  async #authorize(response: HttpResponse, signal: AbortSignal | undefined): Promise<void> {
    const challenge = response.header('www-authenticate');
    const errors = await readErrors(response);
    this.#authorizing ??= this.#answer(challenge, signal).finally(() => {
      this.#authorizing = undefined;
    });
    await this.#authorizing;
    if (this.#authorization === undefined) throw this.#refusal(401, errors);
  }

  async #answer(challenge: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { registry, name, repository, insecure } = this.#options;
    this.#authorization = await authorize(this.#transport, challenge, {
      registry,
      name,
      scope: `repository:${repository}:pull`,
      credentials: await this.#options.credentials(),
      insecure,
      signal,
    });
  }

  #refusal(status: number, errors: Parameters<typeof refusal>[0]['errors']): EngineError {
    return refusal({
      registry: this.registry,
      name: this.name,
      status,
      errors,
      proof: this.#authorization?.proof ?? 'none',
    });
  }
}

function isNoTls(error: unknown): boolean {
  return errorCode(error)?.startsWith('ERR_SSL_') === true;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
