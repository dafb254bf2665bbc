import { request } from 'node:http';

import type { DockerApiSchema, Operation, Schema } from './docker-api-schema.ts';
import type { AskOptions, TestEngine } from './test-engine.ts';

export interface CheckedOptions extends AskOptions {
  /** The answer is JSON documents one after the other, each of this definition. */
  readonly each?: string;
  /** The answer is bytes, or text, or nothing that the schema says more of. */
  readonly isRaw?: boolean;
}

/** A handshake (RFC 6455, section 4.1); the key is anybody's. */
export const WEB_SOCKET = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

/** An engine whose every answer is held against the published schema, and remembered. */
export class CheckedApi {
  readonly #engine: TestEngine;
  readonly #schema: DockerApiSchema;
  /** `GET /containers/{id}/json 404`: what was answered so far. */
  readonly answered = new Set<string>();
  /** Fields that answers had and the schema hasn't: `ImageSummary.bytes`. */
  readonly unknown = new Set<string>();
  /** Fields that were null where the schema doesn't say they may: a list or map of Go's that nobody made. */
  readonly nulls = new Set<string>();
  readonly #missing = new Map<string, Set<string>>();

  constructor(engine: TestEngine, schema: DockerApiSchema) {
    this.#engine = engine;
    this.#schema = schema;
  }

  /**
   * Asks, and fails where status or body is not as described.
   * @param what `GET /containers/json?all=1`.
   * @returns the body: a document, a list of documents for `each`, else text.
   */
  async ask(status: number, what: string, { each, isRaw = false, ...options }: CheckedOptions = {}): Promise<unknown> {
    const { method, path, operation } = this.#operation(what);
    const answer = await this.#engine.ask(path, { ...options, method });
    this.#record(operation, status, answer);
    if (isRaw || answer.body === '' || method === 'HEAD') return answer.body;
    if (each !== undefined)
      return documentsIn(answer.body).map((one) => this.#checked(each, { $ref: `#/definitions/${each}` }, one));
    const schema = operation.answers.get(status) ?? (status >= 400 ? { $ref: '#/definitions/ErrorResponse' } : {});
    return this.#checked(operation.name, schema, JSON.parse(answer.body));
  }

  /** Takes a connection over, and gives it back: the status is `101`. */
  async upgrade(what: string, protocol: 'tcp' | 'websocket' = 'tcp'): Promise<void> {
    const { method, path, operation } = this.#operation(what);
    const asked = request({
      socketPath: this.#engine.socketPath,
      method,
      path,
      agent: false,
      headers: protocol === 'websocket' ? WEB_SOCKET : { connection: 'Upgrade', upgrade: protocol },
    });
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    asked.on('upgrade', ({ statusCode = 0 }, socket) => {
      socket.destroy();
      resolve(statusCode);
    });
    asked.on('response', ({ statusCode }) => reject(new Error(`${what} answered ${statusCode} in place of 101`)));
    asked.on('error', reject).end();
    this.#record(operation, 101, { status: await promise, body: '' });
  }

  /** Fields that a definition has and no answer had: `Volume.Status`. */
  get missing(): readonly string[] {
    return [...this.#missing].flatMap(([name, fields]) => [...fields].map((field) => `${name}.${field}`));
  }

  #operation(what: string): { readonly method: string; readonly path: string; readonly operation: Operation } {
    const [method = '', path = ''] = what.split(' ');
    return { method, path, operation: this.#schema.find(method, path.replace(/\?.*$/s, '')) };
  }

  #record(
    operation: Operation,
    expected: number,
    { status, body }: { readonly status: number; readonly body: string },
  ): void {
    if (status !== expected)
      throw new Error(`${operation.name} answered ${status} in place of ${expected}: ${body.slice(0, 500)}`);
    this.answered.add(`${operation.name} ${status}`);
  }

  #checked(name: string, schema: Schema, value: unknown): unknown {
    const known = this.#known(name, schema, value);
    const violations = this.#schema.violations(schema, known);
    if (violations.length > 0) throw new Error(`${name}:\n${violations.join('\n')}\n${JSON.stringify(value)}`);
    return value;
  }

  /** A value without what the schema doesn't know, which is remembered by name. */
  #known(name: string, schema: Schema, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    const { $ref: ref } = schema;
    const called = typeof ref === 'string' ? ref.replace('#/definitions/', '') : name;
    const fields = this.#schema.fields(schema);
    const members = this.#schema.members(schema);
    if (Array.isArray(value)) return value.map((member) => this.#known(called, members ?? {}, member));
    if (fields !== undefined) this.#note(called, fields, value);
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
        const described = fields?.get(key) ?? (fields === undefined ? members : undefined);
        if (described === undefined) return fields === undefined ? [[key, member]] : [];
        return [[key, this.#known(fields === undefined ? called : `${called}.${key}`, described, member)]];
      }),
    );
  }

  #note(called: string, fields: ReadonlyMap<string, Schema>, value: object): void {
    const missing = this.#missing.get(called) ?? new Set(fields.keys());
    for (const [key, member] of Object.entries(value)) {
      missing.delete(key);
      if (!fields.has(key)) this.unknown.add(`${called}.${key}`);
      else if (member === null && fields.get(key)?.['x-nullable'] !== true) this.nulls.add(`${called}.${key}`);
    }
    this.#missing.set(called, missing);
  }
}

/** Documents one after the other, with a line's end between them or without. */
function documentsIn(body: string): readonly unknown[] {
  return body
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line): unknown => JSON.parse(line));
}
