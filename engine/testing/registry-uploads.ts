import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { digestOf } from './tar-fixture.ts';

interface Arrival {
  readonly url: URL;
  /** The connection breaks after so many bytes of the body, which are kept. */
  readonly breakAfter?: number | undefined;
}

/** The distribution specification's uploads, for `TestRegistry`: begun, continued, asked about, ended. */
export class RegistryUploads {
  readonly #open = new Map<string, Buffer>();
  readonly #store: (bytes: Buffer) => void;

  constructor(store: (bytes: Buffer) => void) {
    this.#store = store;
  }

  /** As if the registry had been started again. */
  forget(): void {
    this.#open.clear();
  }

  async answer(request: IncomingMessage, response: ServerResponse, { url, breakAfter }: Arrival): Promise<void> {
    const [, base = '', id = ''] = /^(.*\/blobs\/uploads\/)([^/]*)$/.exec(url.pathname) ?? [];
    if (request.method === 'POST') return this.#accept(response, base, { id: randomUUID(), bytes: Buffer.alloc(0) });
    const known = this.#open.get(id);
    if (known === undefined) return void response.writeHead(404).end();
    if (request.method === 'GET') return void response.writeHead(204, headersOf(base, id, known)).end();
    await this.#take(request, response, { url, breakAfter, base, id, known });
  }

  async #take(
    request: IncomingMessage,
    response: ServerResponse,
    {
      url,
      breakAfter,
      base,
      id,
      known,
    }: Arrival & { readonly base: string; readonly id: string; readonly known: Buffer },
  ): Promise<void> {
    const { socket } = request;
    const claimed = Number(/^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1] ?? known.length);
    if (claimed !== known.length) return void response.writeHead(416).end();
    const bytes = Buffer.concat([known, await received(request, breakAfter)]);
    this.#open.set(id, bytes);
    if (breakAfter !== undefined) return void socket.destroy();
    if (request.method === 'PATCH') return this.#accept(response, base, { id, bytes });
    const digest = url.searchParams.get('digest') ?? '';
    if (digest !== digestOf(bytes)) return void response.writeHead(400).end();
    this.#open.delete(id);
    this.#store(bytes);
    response.writeHead(201, { 'docker-content-digest': digest, location: `/v2/blobs/${digest}` }).end();
  }

  #accept(
    response: ServerResponse,
    base: string,
    { id, bytes }: { readonly id: string; readonly bytes: Buffer },
  ): void {
    this.#open.set(id, bytes);
    response.writeHead(202, headersOf(base, id, bytes)).end();
  }
}

function headersOf(base: string, id: string, { length }: Buffer): Record<string, string> {
  return { location: `${base}${id}?state=a%2Fb`, range: `0-${Math.max(0, length - 1)}`, 'content-length': '0' };
}

async function received(request: IncomingMessage, limit = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    chunks.push(chunk);
    size += chunk.length;
    if (size >= limit) break;
  }
  return Buffer.concat(chunks).subarray(0, limit);
}
