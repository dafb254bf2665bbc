import type { DockerApiSchema, Operation, Parameter, Schema } from './docker-api-schema.ts';
import type { SeededRandom } from './seeded-random.ts';

/** A request that somebody careless or ill-meaning sends. */
export interface FuzzedRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

/** Values of parameters that lead further than to a 404, by the parameter's name. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

/** None names a place of the machine's that anything could be done to. */
const odd: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '..',
  '../../../absent',
  './',
  '%00',
  '%2e%2e%2f',
  '%zz',
  '-1',
  '0',
  '1',
  '4294967296',
  '9007199254740993',
  '1e999',
  'NaN',
  'null',
  'true',
  '[]',
  '{}',
  '{"a":',
  '{"label":{"a":1}}',
  '{"until":["x"]}',
  '[[[[[[]]]]]]',
  '"',
  '\r\nX: y',
  'ä€😀',
  '\uD800',
  '(a+)+$',
  '[',
  'a:b:c',
  '@sha256:',
  `sha256:${'0'.repeat(64)}`,
  'x'.repeat(300),
  'x'.repeat(5000),
  '__proto__',
  'constructor',
  'toString',
  '1970-01-01T00:00:00Z',
  '10ms',
];
const numbers = [-1, 0, 1, 1.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), 1e308, 65_535, 65_536];

/** Makes requests from the description of an API: each nearly what is described. */
export class ApiFuzzer {
  readonly #schema: DockerApiSchema;
  readonly #random: SeededRandom;
  readonly #known: KnownValues;

  constructor(schema: DockerApiSchema, random: SeededRandom, known: KnownValues) {
    this.#schema = schema;
    this.#random = random;
    this.#known = known;
  }

  request({ name, method, parameters }: Operation): FuzzedRequest {
    const of = (place: Parameter['in']): readonly Parameter[] => parameters.filter((each) => each.in === place);
    const template = name.slice(method.length + 1);
    const path = template.replaceAll(/\{(\w+)\}/g, (_, blank: string) => encodeText(this.#text(blank)));
    const query = of('query')
      .flatMap((each) => this.#asked(each))
      .join('&');
    const body = of('body').length === 0 && this.#random.below(10) > 0 ? undefined : this.#body(of('body')[0]);
    return {
      operation: name,
      method,
      path: `${this.#version()}${path}${query === '' ? '' : `?${query}`}`,
      headers: this.#headers(of('header'), body),
      body,
    };
  }

  #version(): string {
    return this.#random.pick(['', '/v1.51', '/v1.41', '/v1.22', '', '/v1.51', '', '/v9.9', '/v0', '/v1.51/v1.51']);
  }

  /** Left out, once, or twice; by and by with its own name in bad order. */
  #asked({ name, schema }: Parameter): readonly string[] {
    const times = this.#random.pick([0, 0, 1, 1, 1, 1, 2]);
    return Array.from({ length: times }, () => {
      const value = this.#random.below(12) === 0 ? '%' : encodeText(this.#queryText(name, schema));
      return `${encodeURIComponent(name)}=${value}`;
    });
  }

  #queryText(name: string, { type, enum: words }: Schema): string {
    if (Array.isArray(words) && this.#random.below(2) === 0) return String(this.#random.pick(words));
    if (type === 'boolean' && this.#random.below(2) === 0) return this.#random.pick(['1', '0', 'true', 'false']);
    if (type === 'integer' && this.#random.below(2) === 0) return String(this.#random.pick(numbers));
    return this.#text(name);
  }

  #text(name: string): string {
    const known = this.#known[name] ?? [];
    return known.length > 0 && this.#random.below(3) > 0 ? this.#random.pick(known) : this.#random.pick(odd);
  }

  #headers(described: readonly Parameter[], body: Buffer | undefined): Readonly<Record<string, string>> {
    const type = this.#random.pick([
      'application/json',
      'application/json',
      'application/json',
      'application/x-tar',
      'text/plain',
    ]);
    const sent = described.filter(() => this.#random.below(2) === 0);
    return {
      ...(body === undefined ? {} : { 'content-type': type, 'content-length': String(body.length) }),
      ...Object.fromEntries(sent.map(({ name }) => [name.toLowerCase(), this.#header()])),
    };
  }

  /** What the language of headers allows of it. */
  #header(): string {
    const text = this.#random.pick([this.#random.pick(odd), Buffer.from(this.#random.pick(odd)).toString('base64url')]);
    return text.replaceAll(/[^\x20-\x7e]/g, '?');
  }

  #body(described: Parameter | undefined): Buffer {
    const schema = described?.schema ?? {};
    const whole = Buffer.from(JSON.stringify(this.#value(schema, 0)) ?? '');
    const kind = this.#random.below(8);
    if (kind === 0) return this.#random.spoil(whole);
    if (kind === 1) return Buffer.from(this.#random.pick(odd));
    return whole;
  }

  /** Of its schema, or, now and then, of any other. */
  #value(schema: Schema, depth: number): unknown {
    if (this.#random.below(8) === 0 || depth > 6) return this.#anything();
    const fields = this.#schema.fields(schema);
    if (fields !== undefined) {
      const chosen = [...fields].filter(
        ([name]) => this.#random.below(name === 'Image' ? 20 : 4) > (name === 'Image' ? 0 : 2),
      );
      return Object.fromEntries(chosen.map(([name, field]) => [name, this.#field(name, field, depth + 1)]));
    }
    const members = this.#schema.members(schema);
    if (members === undefined) return this.#scalar(schema, '');
    const made = Array.from({ length: this.#random.below(3) }, () => this.#value(members, depth + 1));
    return schema['type'] === 'object'
      ? Object.fromEntries(made.map((member) => [this.#random.pick(odd), member]))
      : made;
  }

  #field(name: string, schema: Schema, depth: number): unknown {
    const known = this.#known[name];
    if (known !== undefined && this.#random.below(4) > 0) return this.#random.pick(known);
    return this.#schema.fields(schema) !== undefined || this.#schema.members(schema) !== undefined
      ? this.#value(schema, depth)
      : this.#scalar(schema, name);
  }

  #scalar({ type, enum: words }: Schema, name: string): unknown {
    if (Array.isArray(words) && this.#random.below(2) === 0) return this.#random.pick<unknown>(words);
    if (type === 'boolean') return this.#random.below(2) === 0;
    if (type === 'integer' || type === 'number') return this.#random.pick(numbers);
    return this.#text(name);
  }

  #anything(): unknown {
    return this.#random.pick<unknown>([
      null,
      '',
      'x',
      -1,
      1.5,
      true,
      [],
      {},
      [null],
      { '': null },
      [[[]]],
      this.#random.pick(odd),
    ]);
  }
}

/** Half a pair of UTF-16 is nothing that can be encoded. */
function encodeText(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
