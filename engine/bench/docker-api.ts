import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

/** The few calls of the Docker Engine API that the scenarios make, over a unix socket, the same for every peer. */
export class DockerApi {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** @throws Error with the body's text for any status above 399. */
  async send(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers =
        payload === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) };
      const outgoing = request({ socketPath: this.#socketPath, method, path, headers }, resolve);
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
    if ((response.statusCode ?? 500) > 399) {
      throw new Error(`${method} ${path}: ${String(response.statusCode)} ${await text(response)}`);
    }
    return response;
  }

  /** The whole answer as text. */
  async text(method: string, path: string, body?: unknown): Promise<string> {
    return text(await this.send(method, path, body));
  }

  async createContainer(config: object): Promise<string> {
    const answer: unknown = JSON.parse(await this.text('POST', '/v1.40/containers/create', config));
    if (typeof answer !== 'object' || answer === null || !('Id' in answer) || typeof answer.Id !== 'string') {
      throw new Error('POST /containers/create answered without an Id');
    }
    return answer.Id;
  }

  /** Attaches to output, and counts its bytes until the other side ends it. Resolves `attached` before the first of them. */
  async attach(id: string): Promise<{ readonly bytes: Promise<number> }> {
    const path = `/v1.40/containers/${id}/attach?stream=1&stdout=1&stderr=1`;
    return new Promise((resolve, reject) => {
      const headers = { connection: 'Upgrade', upgrade: 'tcp' };
      const outgoing = request({ socketPath: this.#socketPath, method: 'POST', path, headers });
      outgoing.on('error', reject);
      outgoing.on('response', (response) => {
        reject(new Error(`attach answered ${String(response.statusCode)} instead of an upgrade`));
        response.resume();
      });
      outgoing.on('upgrade', (_, socket, head) => {
        let count = head.length;
        const bytes = new Promise<number>((done, failed) => {
          socket.on('data', (chunk: Buffer) => (count += chunk.length));
          socket.on('end', () => socket.end());
          socket.on('close', () => done(count));
          socket.on('error', failed);
        });
        resolve({ bytes });
      });
      outgoing.end();
    });
  }
}
