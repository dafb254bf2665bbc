import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

import { onAbort } from '#engine/async/on-abort.ts';
import { EngineError } from '#engine/contract/errors.ts';
import type { Credentials } from '#engine/registry/registry-client.ts';

import { callStream } from './call-stream.ts';
import { FileTarget } from './file-target.ts';
import { GrpcClient } from './grpc-client.ts';
import {
  CheckAgentRequest,
  CredentialsRequest,
  CredentialsResponse,
  GetSecretRequest,
  GetSecretResponse,
} from './messages.ts';

/** How long a client has between asking for a build and lending itself to it, or the other way about. */
const PATIENCE_MS = 5000;

/** What a client lends to its builds for as long as it is connected: its files, its secrets, its logins. */
export class ClientSession implements Disposable {
  readonly id: string;
  /** The same for all builds of one folder; empty where the client says nothing of it. */
  readonly sharedKey: string;
  readonly grpc: GrpcClient;
  readonly #methods: ReadonlySet<string>;

  /** @param request `POST /session`, as it was upgraded. */
  constructor({ headers, headersDistinct }: Pick<IncomingMessage, 'headers' | 'headersDistinct'>, socket: Duplex) {
    this.id = String(headers['x-docker-expose-session-uuid'] ?? '');
    this.sharedKey = String(headers['x-docker-expose-session-sharedkey'] ?? '');
    const methods = headersDistinct['x-docker-expose-session-grpc-method'] ?? [];
    this.#methods = new Set(methods.map((method) => method.toLowerCase()));
    this.grpc = new GrpcClient(socket);
  }

  /** What the client has for a registry; undefined where it has nothing. */
  async credentials(registry: string): Promise<Credentials | undefined> {
    const method = '/moby.filesync.v1.Auth/Credentials';
    if (!this.#offers(method)) return undefined;
    // Docker's hub, as its clients file it.
    const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
    const answer = await this.grpc.ask(method, CredentialsRequest.encode({ host }));
    const { username, secret } = CredentialsResponse.decode(answer);
    if (secret === '') return undefined;
    return username === ''
      ? { kind: 'identity-token', token: secret }
      : { kind: 'password', username, password: secret };
  }

  /** A secret's bytes; undefined for one that the client wasn't given. */
  async secret(id: string): Promise<Uint8Array | undefined> {
    const method = '/moby.buildkit.secrets.v1.Secrets/GetSecret';
    if (!this.#offers(method)) return undefined;
    try {
      return GetSecretResponse.decode(await this.grpc.ask(method, GetSecretRequest.encode({ id }))).data;
    } catch (error) {
      if (error instanceof EngineError && error.code === 'not-found') return undefined;
      throw error;
    }
  }

  /** Whether the client lends an agent of ssh by that id. */
  async hasAgent(id: string): Promise<boolean> {
    const method = '/moby.sshforward.v1.SSH/CheckAgent';
    if (!this.#offers(method)) return false;
    try {
      await this.grpc.ask(method, CheckAgentRequest.encode({ ID: id }));
      return true;
    } catch (error) {
      this.grpc.signal.throwIfAborted();
      if (error instanceof EngineError) return false;
      throw error;
    }
  }

  /** A connection to it. */
  agent(id: string): Duplex {
    return callStream(this.grpc.call('/moby.sshforward.v1.SSH/ForwardAgent', { 'buildkit.ssh.id': id }));
  }

  /**
   * Where it writes what one of the results is.
   * @param exporter its place among those that it asked for. @throws EngineError `invalid-argument` for a client that writes nothing.
   */
  fileTarget(exporter: number): FileTarget {
    if (this.#offers('/moby.filesync.v1.FileSend/DiffCopy')) return new FileTarget(this.grpc, exporter);
    throw new EngineError('invalid-argument', 'The client asks for files, and does not say where it writes them.');
  }

  #offers(method: string): boolean {
    return this.#methods.has(method.toLowerCase());
  }

  [Symbol.dispose](): void {
    this.grpc[Symbol.dispose]();
  }
}

/** The clients that lend themselves at present, by the ids they gave themselves. */
export class ClientSessions implements Disposable {
  readonly #sessions = new Map<string, ClientSession>();
  readonly #waiting = new Map<string, Set<() => void>>();

  /** @throws EngineError `conflict` */
  add(session: ClientSession): void {
    const { id } = session;
    if (this.#sessions.has(id)) throw new EngineError('conflict', `There is a session ${JSON.stringify(id)} already.`);
    this.#sessions.set(id, session);
    session.grpc.signal.addEventListener('abort', () => this.#sessions.delete(id), { once: true });
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  /** A session by its id: clients open it and ask for the build side by side. @throws EngineError `not-found`. */
  async find(id: string, signal: AbortSignal): Promise<ClientSession> {
    if (!this.#sessions.has(id)) await this.#arrival(id, signal);
    const session = this.#sessions.get(id);
    if (session === undefined) {
      throw new EngineError(
        'not-found',
        `There is no session ${JSON.stringify(id)}: has its client gone? Build again.`,
      );
    }
    return session;
  }

  async #arrival(id: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(resolve));
    const forget = onAbort(signal, resolve);
    const timer = setTimeout(resolve, PATIENCE_MS);
    await promise;
    clearTimeout(timer);
    forget();
    waiting.delete(resolve);
    if (waiting.size === 0) this.#waiting.delete(id);
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions.values()) session[Symbol.dispose]();
  }
}
