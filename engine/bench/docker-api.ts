import { Agent, request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

const API = '/v1.40';

/** The few calls of the Docker Engine API that the measures make, over a unix socket, the same for every peer. */
export class DockerApi {
  readonly #socketPath: string;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** @throws Error with the body's text for any status above 399. */
  async text(method: string, path: string, body?: unknown): Promise<string> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      this.#request(method, path, body).on('response', resolve).on('error', reject);
    });
    const answer = await text(response);
    if ((response.statusCode ?? 500) > 399) {
      throw new Error(`${method} ${path}: ${String(response.statusCode)} ${answer.trim()}`);
    }
    return answer;
  }

  /** A connection of its own, for one question or for many. */
  alone(): DockerApi {
    return new DockerApi(this.#socketPath);
  }

  /** What a container has printed, and what it prints, as it prints it. */
  async followLogs(id: string): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const path = `/containers/${id}/logs?follow=1&stdout=1`;
    this.#request('GET', path, undefined).on('response', resolve).on('error', reject);
    return promise;
  }

  /** Ends the connections that were kept. */
  close(): void {
    this.#agent.destroy();
  }

  async ping(): Promise<void> {
    await this.text('GET', '/_ping');
  }

  /** A busybox container without network unless `config` says otherwise. @returns its id. */
  createContainer(config: object): Promise<string> {
    return this.#made('/containers/create', config);
  }

  async start(id: string): Promise<void> {
    await this.text('POST', `/containers/${id}/start`);
  }

  async untilStopped(id: string): Promise<void> {
    await this.text('POST', `/containers/${id}/wait?condition=not-running`);
  }

  async remove(id: string): Promise<void> {
    await this.text('DELETE', `/containers/${id}?force=1`);
  }

  /** Host pid of the container's own process. */
  async pid(id: string): Promise<number> {
    const { State } = parse(await this.text('GET', `/containers/${id}/json`), (answer) =>
      'State' in answer && hasPid(answer.State) ? { State: answer.State } : undefined,
    );
    return State.Pid;
  }

  /** Runs a command beside the container's own, from its creation to the end of its output. */
  async exec(id: string, command: readonly string[]): Promise<void> {
    const exec = await this.#made(`/containers/${id}/exec`, { Cmd: command, AttachStdout: true, AttachStderr: true });
    const connection = await this.#upgrade(`/exec/${exec}/start`, { Detach: false, Tty: false });
    await new Promise((resolve, reject) => connection.resume().on('close', resolve).on('error', reject));
  }

  /** Input and output of a command with a terminal, beside the container's own. */
  async terminal(id: string, command: readonly string[]): Promise<Duplex> {
    const attached = { AttachStdin: true, AttachStdout: true, AttachStderr: true };
    const exec = await this.#made(`/containers/${id}/exec`, { Cmd: command, Tty: true, ...attached });
    return this.#upgrade(`/exec/${exec}/start`, { Detach: false, Tty: true });
  }

  /** Input and output of a container with a terminal. */
  attach(id: string): Promise<Duplex> {
    return this.#upgrade(`/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`);
  }

  async #made(path: string, body: object): Promise<string> {
    const made = parse(await this.text('POST', path, body), (answer) =>
      'Id' in answer && typeof answer.Id === 'string' ? { id: answer.Id } : undefined,
    );
    return made.id;
  }

  #upgrade(path: string, body?: unknown): Promise<Duplex> {
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>();
    this.#request('POST', path, body, { connection: 'Upgrade', upgrade: 'tcp' })
      .on('error', reject)
      .on('response', (response) => {
        reject(new Error(`POST ${path}: ${String(response.statusCode)} instead of an upgrade`));
        response.resume();
      })
      .on('upgrade', (_, socket, head) => {
        socket.unshift(head);
        socket.on('end', () => socket.end());
        resolve(socket);
      });
    return promise;
  }

  #request(method: string, path: string, body: unknown, more: Record<string, string> = {}): ClientRequest {
    const payload = body === undefined ? '' : JSON.stringify(body);
    const headers = { 'content-length': Buffer.byteLength(payload), ...more };
    const typed = body === undefined ? headers : { ...headers, 'content-type': 'application/json' };
    // A connection that is taken over is nobody else's.
    const agent = more['upgrade'] === undefined ? this.#agent : false;
    return request({ socketPath: this.#socketPath, method, path: `${API}${path}`, headers: typed, agent }).end(payload);
  }
}

function hasPid(value: unknown): value is { readonly Pid: number } {
  return typeof value === 'object' && value !== null && 'Pid' in value && typeof value.Pid === 'number';
}

function parse<T>(json: string, read: (answer: object) => T | undefined): T {
  const answer: unknown = JSON.parse(json);
  const found = typeof answer === 'object' && answer !== null ? read(answer) : undefined;
  if (found === undefined) throw new Error(`an answer of another shape than Docker's: ${json}`);
  return found;
}
