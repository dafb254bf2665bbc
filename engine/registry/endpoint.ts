import { EngineError } from '#engine/contract/errors.ts';

import { authorize, type Authorization } from './authorize.ts';
import { errorCode, PassingFailure, readErrors, refusal, unreachable } from './failures.ts';
import type { Credentials } from './registry-client.ts';
import { retrying, type RetryPolicy } from './retry.ts';
import type { HttpMethod, HttpResponse, RequestBody, Transport } from './transport.ts';

export interface EndpointOptions {
  readonly registry: string;
  /** Empty where it is about the registry as a whole. */
  readonly repository: string;
  /** The image, in familiar form, for sentences. */
  readonly name: string;
  readonly credentials: () => Promise<Credentials | undefined>;
  readonly insecure: boolean;
  /** Whom to go through; the environment says unless told, `none` is nobody. */
  readonly proxy?: string | undefined;
  readonly retry: RetryPolicy;
  /** What is going to be done there, as token servers call it; to pull unless told. */
  readonly actions?: 'pull' | 'pull,push' | 'delete';
}

export interface Question {
  readonly method: HttpMethod;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  readonly signal?: AbortSignal | undefined;
  /** Answer undefined for these statuses instead of throwing; `true`: the registry doesn't know this kind of question or thing. */
  readonly optional?: true | readonly number[];
  /** What it needs besides the repository's own scope: `repository:other:pull`. */
  readonly scope?: string;
}

/** Docker Hub's API is not at its name. */
const DOCKER_HUB_HOST = 'registry-1.docker.io';

const UNKNOWN: readonly number[] = [404, 405];

/** One repository's HTTP: the way in (scheme, token) is found with the first question and kept for the next. */
export class Endpoint {
  readonly registry: string;
  readonly name: string;
  readonly retry: RetryPolicy;
  readonly #transport: Transport;
  readonly #options: EndpointOptions;
  readonly #bases: readonly URL[];
  #base: URL | undefined;
  /** By what they are for beyond the repository's own scope. */
  readonly #authorizations = new Map<string, Authorization>();
  readonly #authorizing = new Map<string, Promise<void>>();
  #challenge: string | undefined;

  constructor(transport: Transport, options: EndpointOptions) {
    this.#transport = transport;
    this.#options = options;
    this.registry = options.registry;
    this.name = options.name;
    this.retry = options.retry;
    const host = options.registry === 'docker.io' ? DOCKER_HUB_HOST : options.registry;
    const schemes = options.insecure ? ['https', 'http'] : ['https'];
    this.#bases = schemes.map((scheme) => new URL(`v2/${options.repository}/`, rootOf(scheme, host)));
  }

  /** A successful answer, tried for as often as the failure may pass. @throws EngineError. */
  async ask(
    path: string,
    question: Question & { readonly optional: true | readonly number[] },
  ): Promise<HttpResponse | undefined>;
  async ask(path: string, question: Question): Promise<HttpResponse>;
  async ask(path: string, question: Question): Promise<HttpResponse | undefined> {
    return this.reading(() => retrying(this.retry, question.signal, () => this.askOnce(path, question)));
  }

  /**
   * One try, whose passing failures are thrown as they are: for callers that do the trying again themselves.
   *
   * @param path beneath the repository, or an address in full that the registry gave.
   */
  async askOnce(path: string | URL, question: Question): Promise<HttpResponse | undefined> {
    // A token that has run out would cost a whole body sent in vain.
    if (question.body !== undefined) await this.#renew(question);
    let response = await this.#send(path, question);
    if (response.status === 401 && this.#isOwn(response)) {
      await this.#authorize(response, question);
      response = await this.#send(path, question);
    }
    if (response.status >= 200 && response.status < 300) return response;
    const errors = await readErrors(response);
    if (response.status === 429 || response.status >= 500) {
      throw new PassingFailure(response, errors);
    }
    const optional = question.optional === true ? UNKNOWN : (question.optional ?? []);
    if (optional.includes(response.status)) return undefined;
    throw this.#refusal(response.status, errors, question.scope);
  }

  /** Whoever a registry sends us to is not asked where a password is to be sent. */
  #isOwn({ url }: HttpResponse): boolean {
    return new URL(url).origin === this.#base?.origin;
  }

  /** The address of a header of an answer's, as a whole. @throws EngineError when there is none. */
  locationIn(response: HttpResponse): URL {
    const location = response.header('location') ?? '';
    if (location !== '' && URL.canParse(location, response.url)) return new URL(location, response.url);
    throw new EngineError(
      'unavailable',
      `The registry ${this.registry} does not say where ${this.name} is to be sent; its administrator has to correct that.`,
    );
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
    if (error instanceof PassingFailure) {
      const { status, errors, retryAfterMs, limit } = error;
      return refusal({ ...this.#failed(''), status, errors, retryAfterMs, limit });
    }
    const [first] = this.#bases;
    const url = this.#base ?? first;
    return url === undefined ? error : unreachable(this.registry, url, error);
  }

  async #send(path: string | URL, question: Question): Promise<HttpResponse> {
    let failure: unknown;
    for (const base of this.#base === undefined ? this.#tries() : [this.#base]) {
      const url = new URL(path, base);
      try {
        const response = await this.#transport.send(url, {
          method: question.method,
          headers: { ...question.headers, ...(url.origin === base.origin ? this.#authorizationHeader(question) : {}) },
          body: question.body,
          insecure: this.#options.insecure,
          proxy: this.#options.proxy,
          signal: question.signal,
        });
        this.#base = base;
        if (failure !== undefined && isNoTls(failure)) this.#transport.plainHosts.add(base.host);
        return response;
      } catch (error) {
        question.signal?.throwIfAborted();
        // Where HTTPS is not spoken at all, what went wrong with HTTP is what counts.
        if (failure === undefined || isNoTls(failure)) failure = error;
      }
    }
    throw failure;
  }

  #tries(): readonly URL[] {
    const [first] = this.#bases;
    const isPlain = first !== undefined && this.#bases.length > 1 && this.#transport.plainHosts.has(first.host);
    return isPlain ? this.#bases.toReversed() : this.#bases;
  }

  #authorizationHeader({ scope = '' }: Question): { authorization?: string } {
    const { header, expiresAt } = this.#authorizations.get(scope) ?? {};
    if (header === undefined || expiresAt === undefined || expiresAt < Date.now()) return {};
    return { authorization: header };
  }

  async #renew(question: Question): Promise<void> {
    const { expiresAt = Infinity } = this.#authorizations.get(question.scope ?? '') ?? {};
    if (expiresAt < Date.now()) await this.#answerOnce(this.#challenge, question);
  }

  /** Layers that are refused at the same moment fetch one token together. */
  async #authorize(response: HttpResponse, question: Question): Promise<void> {
    this.#challenge = response.header('www-authenticate');
    const errors = await readErrors(response);
    await this.#answerOnce(this.#challenge, question);
    if (!this.#authorizations.has(question.scope ?? '')) throw this.#refusal(401, errors, question.scope);
  }

  async #answerOnce(challenge: string | undefined, question: Question): Promise<void> {
    const { scope = '' } = question;
    const answering =
      this.#authorizing.get(scope) ??
      this.#answer(challenge, question).finally(() => {
        this.#authorizing.delete(scope);
      });
    this.#authorizing.set(scope, answering);
    await answering;
  }

  async #answer(challenge: string | undefined, { scope = '', signal }: Question): Promise<void> {
    const { registry, name, repository, insecure, proxy, actions = 'pull' } = this.#options;
    const own = repository === '' ? '' : `repository:${repository}:${actions}`;
    const authorization = await authorize(this.#transport, challenge, {
      registry,
      name,
      scope: own,
      alsoScope: actions === 'pull' ? scope : `${own} ${scope}`,
      credentials: await this.#options.credentials(),
      insecure,
      proxy,
      signal,
    });
    if (authorization === undefined) this.#authorizations.delete(scope);
    else this.#authorizations.set(scope, authorization);
  }

  #refusal(status: number, errors: Parameters<typeof refusal>[0]['errors'], scope = ''): EngineError {
    return refusal({ ...this.#failed(scope), status, errors });
  }

  #failed(scope: string): Pick<Parameters<typeof refusal>[0], 'registry' | 'name' | 'proof' | 'doing'> {
    return {
      registry: this.registry,
      name: this.name,
      proof: this.#authorizations.get(scope)?.proof ?? 'none',
      doing: this.#options.actions ?? 'pull',
    };
  }
}

function isNoTls(error: unknown): boolean {
  return errorCode(error)?.startsWith('ERR_SSL_') === true;
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** @throws EngineError `invalid-argument` for what is no name or address of a machine. */
function rootOf(scheme: string, host: string): URL {
  const root = /^[\w.:[\]-]+$/.test(host) ? URL.parse(`${scheme}://${host}/`) : null;
  if (root !== null) return root;
  throw new EngineError(
    'invalid-argument',
    `${JSON.stringify(host)} is no registry: write its name or address, with its port if it has one.`,
  );
}
