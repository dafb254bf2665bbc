import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Buffer } from 'node:buffer';
import { buffer, text } from 'node:stream/consumers';

import { z } from 'zod';

import type { BlobFixture, ImageFixture, IndexFixture } from './image-fixture.ts';
import { blobOf, blobsOf } from './image-fixture.ts';
import { RegistryUploads } from './registry-uploads.ts';
import { digestOf } from './tar-fixture.ts';

/** Who may ask, and how they prove it. */
export type RegistryLogin =
  | { readonly kind: 'none' }
  /** Everybody gets a token who asks for one. */
  | { readonly kind: 'anonymous-token'; readonly expiresIn?: number }
  | { readonly kind: 'token'; readonly username: string; readonly password: string }
  /** A refresh token, as `docker login` keeps some registries' (OAuth2). */
  | { readonly kind: 'identity-token'; readonly token: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string };

/** Goes wrong in place of an answer, or with it. */
export interface Fault {
  /** Which requests: a part of the path, `/blobs/` or a digest. */
  readonly path: string;
  readonly method?: string;
  /** How often; for ever unless told. */
  readonly times?: number;
  readonly answer:
    | {
        readonly kind: 'status';
        readonly status: number;
        readonly headers?: Record<string, string>;
        readonly body?: string;
      }
    /** The right headers, and then the connection breaks after so many bytes. */
    | { readonly kind: 'break'; readonly afterBytes: number }
    /** Other bytes in place of the right ones. */
    | { readonly kind: 'bytes'; readonly bytes: Buffer; readonly headers?: Record<string, string> }
    /** The connection breaks without a word. */
    | { readonly kind: 'hang-up' }
    /** Waits, with nothing sent, until the promise is settled. */
    | { readonly kind: 'wait'; readonly until: Promise<unknown> };
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

export interface RegistryOptions {
  readonly login?: RegistryLogin;
  /** Answers to ranges with everything, as some registries do. */
  readonly ignoresRanges?: boolean;
  /** Sends blobs from another server, by redirect. */
  readonly blobHost?: string;
  /** Answers 404 to HEAD. */
  readonly ignoresHead?: boolean;
}

const named = z.object({ digest: z.string() });
const manifestBlobs = z.object({ config: named.optional(), layers: z.array(named).optional() });

interface Answer {
  readonly bytes: Buffer;
  readonly headers: Record<string, string>;
}

/**
 * A registry over real HTTP on a loopback port of its own: what the distribution specification says of pulling
 * and pushing, and faults where a test wants them.
 */
export class TestRegistry implements AsyncDisposable {
  readonly #server: Server;
  readonly #options: RegistryOptions;
  readonly #documents = new Map<string, BlobFixture>();
  readonly #blobs = new Map<string, Buffer>();
  readonly #faults: { fault: Fault; left: number }[] = [];
  readonly #tokens = new Set<string>();
  readonly #uploads = new RegistryUploads((bytes) => void this.#blobs.set(digestOf(bytes), bytes));
  readonly requests: SeenRequest[] = [];
  /** How many were made so far, those that brought no request included. */
  connections = 0;

  private constructor(options: RegistryOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', () => (this.connections += 1));
  }

  static async start(options: RegistryOptions = {}): Promise<TestRegistry> {
    const registry = new TestRegistry(options);
    registry.#server.listen(0, '127.0.0.1');
    await once(registry.#server, 'listening');
    return registry;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the registry has stopped');
    return `127.0.0.1:${address.port}`;
  }

  /** @param name `team/app:1.0`. */
  push(name: string, pushed: ImageFixture | IndexFixture): void {
    const colon = name.lastIndexOf(':');
    const [repository, tag] = [name.slice(0, colon), name.slice(colon + 1)];
    const images = 'images' in pushed ? pushed.images : [pushed];
    const top = 'images' in pushed ? pushed.index : pushed.manifest;
    for (const image of images) {
      this.putDocument(repository, image.manifest.descriptor.digest, image.manifest);
      for (const { descriptor, bytes } of blobsOf(image)) this.#blobs.set(descriptor.digest, bytes);
    }
    this.putDocument(repository, top.descriptor.digest, top);
    this.putDocument(repository, tag, top);
  }

  /** @param which a tag or a digest, whether it is that of the bytes or not. */
  putDocument(repository: string, which: string, document: BlobFixture): void {
    this.#documents.set(`${repository} ${which}`, document);
  }

  putBlob({ descriptor, bytes }: BlobFixture): void {
    this.#blobs.set(descriptor.digest, bytes);
  }

  fail(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? Infinity });
  }

  /** Nothing goes wrong any more. */
  repair(): void {
    this.#faults.length = 0;
  }

  /** Requests so far of a kind. */
  count(method: string, path = ''): number {
    return this.requests.filter((request) => request.method === method && request.path.includes(path)).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', `http://${this.host}`);
    this.requests.push({ method, path: url.pathname + url.search, headers: request.headers });
    const fault = this.#faultFor(method, url.pathname);
    if (fault?.kind === 'wait') await fault.until;
    if (fault?.kind === 'hang-up') request.socket.destroy();
    else if (fault?.kind === 'status') {
      response.writeHead(fault.status, fault.headers).end(method === 'HEAD' ? undefined : fault.body);
    } else if (url.pathname === '/token') await this.#serveToken(request, response, url);
    else if (!this.#isLoggedIn(request)) this.#challenge(response);
    else await this.#serveRepository(request, response, { url, fault });
  }

  async #serveRepository(
    request: IncomingMessage,
    response: ServerResponse,
    { url, fault }: { readonly url: URL; readonly fault: Fault['answer'] | undefined },
  ): Promise<void> {
    const path = url.pathname;
    if (path === '/v2/') response.writeHead(200).end('{}');
    else if (path.includes('/blobs/uploads/')) {
      const breakAfter = fault?.kind === 'break' ? fault.afterBytes : undefined;
      await this.#uploads.answer(request, response, { url, breakAfter });
    } else if (request.method === 'PUT') await this.#takeDocument(request, response, path);
    else this.#answer(request, response, { path, fault });
  }

  async #takeDocument(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { repository, which } = partsOf(path);
    const document = blobOf(request.headers['content-type'] ?? '', await buffer(request));
    const { digest } = document.descriptor;
    if (!this.#hasAllNamedIn(document.bytes)) return refuse(response, 400, 'MANIFEST_BLOB_UNKNOWN');
    for (const name of [which, digest]) this.putDocument(repository, name, document);
    response.writeHead(201, { 'docker-content-digest': digest }).end();
  }

  #hasAllNamedIn(bytes: Buffer): boolean {
    const { config, layers = [] } = manifestBlobs.parse(JSON.parse(bytes.toString()));
    return [...(config === undefined ? [] : [config]), ...layers].every(({ digest }) => this.#blobs.has(digest));
  }

  /** As if somebody had removed it behind the registry's back. */
  loseBlob(digest: string): void {
    this.#blobs.delete(digest);
  }

  /** What the registry has under a tag or digest now. */
  documentAt(repository: string, which: string): BlobFixture | undefined {
    return this.#documents.get(`${repository} ${which}`);
  }

  blobAt(digest: string): Buffer | undefined {
    return this.#blobs.get(digest);
  }

  /** As if it had been started again: uploads that had begun are gone. */
  forgetUploads(): void {
    this.#uploads.forget();
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    { path, fault }: { readonly path: string; readonly fault: Fault['answer'] | undefined },
  ): void {
    const answer = this.#find(request.method ?? 'GET', path, response);
    if (answer === undefined) return;
    const sent =
      fault?.kind === 'bytes' ? { bytes: fault.bytes, headers: { ...answer.headers, ...fault.headers } } : answer;
    this.#send(request, response, { ...sent, ...(fault?.kind === 'break' ? fault : {}) });
  }

  #faultFor(method: string, path: string): Fault['answer'] | undefined {
    const found = this.#faults.find(
      ({ fault, left }) => left > 0 && path.includes(fault.path) && (fault.method ?? method) === method,
    );
    if (found !== undefined) found.left -= 1;
    return found?.fault.answer;
  }

  #find(method: string, path: string, response: ServerResponse): Answer | undefined {
    const { repository, kind, which } = partsOf(path);
    const isUnheard = method === 'HEAD' && this.#options.ignoresHead === true;
    const found = kind === 'manifests' && !isUnheard ? this.#documents.get(`${repository} ${which}`) : undefined;
    if (found !== undefined) {
      const { mediaType, digest } = found.descriptor;
      return { bytes: found.bytes, headers: { 'content-type': mediaType, 'docker-content-digest': digest } };
    }
    const blob = kind === 'blobs' ? this.#blobs.get(which) : undefined;
    const { blobHost } = this.#options;
    if (blob !== undefined && blobHost !== undefined) {
      response.writeHead(307, { location: `http://${blobHost}${path}` }).end();
      return undefined;
    }
    if (blob !== undefined) return { bytes: blob, headers: { 'content-type': 'application/octet-stream' } };
    refuse(response, 404, kind === 'blobs' ? 'BLOB_UNKNOWN' : this.#unknownIn(repository));
    return undefined;
  }

  #unknownIn(repository: string): string {
    const isKnown = [...this.#documents.keys()].some((key) => key.startsWith(`${repository} `));
    return isKnown ? 'MANIFEST_UNKNOWN' : 'NAME_UNKNOWN';
  }

  #send(
    request: IncomingMessage,
    response: ServerResponse,
    { bytes, headers, afterBytes }: Answer & { readonly afterBytes?: number },
  ): void {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const isPart = from > 0 && this.#options.ignoresRanges !== true;
    const body = isPart ? bytes.subarray(from) : bytes;
    const range = isPart ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {};
    response.writeHead(isPart ? 206 : 200, { ...headers, ...range, 'content-length': body.length });
    if (request.method === 'HEAD') return void response.end();
    if (afterBytes === undefined) return void response.end(body);
    response.write(body.subarray(0, afterBytes), () => response.destroy());
  }

  #isLoggedIn({ headers: { authorization = '' } }: IncomingMessage): boolean {
    const login = this.#options.login ?? { kind: 'none' };
    if (login.kind === 'none') return true;
    if (login.kind === 'basic') return authorization === basicHeader(login);
    return this.#tokens.has(authorization);
  }

  #challenge(response: ServerResponse): void {
    const isBasic = this.#options.login?.kind === 'basic';
    const bearer = `Bearer realm="http://${this.host}/token",service="registry.test",scope="repository:any:pull"`;
    refuse(response, 401, 'UNAUTHORIZED', { 'www-authenticate': isBasic ? 'Basic realm="registry.test"' : bearer });
  }

  async #serveToken(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { login } = this.#options;
    const form = new URLSearchParams(await text(request));
    if (!isKnown(login, request.headers.authorization, form)) return refuse(response, 401, 'UNAUTHORIZED');
    const token = `token-${this.#tokens.size}-${url.searchParams.get('service') ?? form.get('service') ?? ''}`;
    this.#tokens.add(`Bearer ${token}`);
    const life =
      login?.kind === 'anonymous-token' && login.expiresIn !== undefined ? { expires_in: login.expiresIn } : {};
    const answer = login?.kind === 'identity-token' ? { access_token: token } : { token, ...life };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  /** As if all tokens had run out before their time. */
  forgetTokens(): void {
    this.#tokens.clear();
  }
}

function isKnown(login: RegistryLogin | undefined, authorization: string | undefined, form: URLSearchParams): boolean {
  if (login?.kind === 'token') return authorization === basicHeader(login);
  if (login?.kind === 'identity-token') return form.get('refresh_token') === login.token;
  return login?.kind === 'anonymous-token';
}

function partsOf(path: string): { readonly repository: string; readonly kind: string; readonly which: string } {
  const [, repository = '', kind = '', which = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
  return { repository, kind, which };
}

function refuse(response: ServerResponse, status: number, code: string, headers: Record<string, string> = {}): void {
  const message = code.toLowerCase().replaceAll('_', ' ');
  const body = JSON.stringify({ errors: [{ code, message, detail: {} }] });
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
}

function basicHeader({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
