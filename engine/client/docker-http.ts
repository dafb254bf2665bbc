import { request, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

import { EngineError, type ErrorCode } from '#engine/contract/errors.ts';

import { unreachable } from './unreachable.ts';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface Asked {
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it comes, instead of a body. */
  readonly bytes?: Readable | AsyncIterable<Uint8Array>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A connection that was taken over: raw bytes both ways. */
export interface TakenOver {
  readonly socket: Socket;
  /** What came with the answer. */
  readonly head: Buffer;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';

/**
 * The Docker Engine API over the engine's socket, without a version in its paths: the newest there is.
 *
 * Whatever answers with a failure throws an `EngineError` with Docker's own sentence; `unavailable` where nobody answers.
 */
export class DockerHttp {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** The answer's document; undefined for an empty one. */
  async ask(method: Method, path: string, asked: Asked = {}): Promise<unknown> {
    const answer = await text(await this.open(method, path, asked));
    return answer === '' ? undefined : JSON.parse(answer);
  }

  /** The answer as it comes: its head is there, its body is not read yet. */
  async open(method: Method, path: string, asked: Asked = {}): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const payload = asked.body === undefined ? undefined : Buffer.from(JSON.stringify(asked.body));
    const sent = request(this.#options(method, path, { asked, payload }), resolve);
    sent.on('error', (error) => reject(unreachable(error, this.#socketPath)));
    if (asked.bytes === undefined) sent.end(payload);
    // What can't be sent because the engine has answered already is told by the answer.
    else void pipeline(asked.bytes, sent).catch(reject);
    const answer = await promise;
    if ((answer.statusCode ?? 0) < 400) return answer;
    throw await refusal(answer, method);
  }

  /** Each line of an answer that is one document a line, as it comes. */
  async *lines(method: Method, path: string, asked: Asked = {}): AsyncGenerator<unknown> {
    const answer = await this.open(method, path, asked);
    answer.setEncoding('utf8');
    let rest = '';
    for await (const chunk of answer as AsyncIterable<string>) {
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) if (part.trim() !== '') yield JSON.parse(part);
    }
    if (rest.trim() !== '') yield JSON.parse(rest);
  }

  /** Asks for the connection itself, as attach and exec give it. */
  async takeOver(path: string, asked: Asked = {}): Promise<TakenOver> {
    const { promise, resolve, reject } = Promise.withResolvers<TakenOver>();
    const payload = Buffer.from(asked.body === undefined ? '' : JSON.stringify(asked.body));
    const upgrade = { connection: 'Upgrade', upgrade: 'tcp' };
    const sent: ClientRequest = request(this.#options('POST', path, { asked, payload, upgrade }));
    sent.on('error', (error) => reject(unreachable(error, this.#socketPath)));
    sent.once('upgrade', (_answer, socket: Socket, head: Buffer) => resolve({ socket, head }));
    sent.once('response', (answer) => void refusal(answer, 'POST').then(reject, reject));
    sent.end(payload);
    return promise;
  }

  #options(method: Method, path: string, { asked, payload, upgrade = {} }: Sent): RequestOptions {
    const described =
      payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(payload.length) };
    return {
      socketPath: this.#socketPath,
      method,
      path: `${path}${queryText(asked.query)}`,
      headers: { host: 'engine', ...described, ...upgrade, ...asked.headers },
      agent: false,
      ...(asked.signal === undefined ? {} : { signal: asked.signal }),
    };
  }
}

interface Sent {
  readonly asked: Asked;
  readonly payload: Buffer | undefined;
  readonly upgrade?: Readonly<Record<string, string>>;
}

function queryText(query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== '')
      .map((one) => `${name}=${encodeURIComponent(String(one))}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

const codes: ReadonlyMap<number, ErrorCode> = new Map([
  [304, 'not-modified'],
  [400, 'invalid-argument'],
  [401, 'unauthenticated'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'conflict'],
  [501, 'unsupported'],
  [503, 'unavailable'],
]);

/** Docker's errors are documents with a message. */
async function refusal(answer: IncomingMessage, method: Method): Promise<EngineError> {
  const status = answer.statusCode ?? 0;
  const body = method === 'HEAD' ? '' : await text(answer);
  return new EngineError(codes.get(status) ?? 'internal', messageIn(body) ?? `The engine answered with ${status}.`);
}

function messageIn(body: string): string | undefined {
  try {
    const document: unknown = JSON.parse(body);
    const isNamed = typeof document === 'object' && document !== null && 'message' in document;
    return isNamed && typeof document.message === 'string' ? document.message : undefined;
  } catch {
    return undefined;
  }
}
