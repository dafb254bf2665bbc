/** What the runtime specification's schemas use of JSON Schema draft 4. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** A schema, and the document that its references are relative to. */
interface Place {
  readonly schema: Schema;
  readonly document: string;
}

type Violation = string | undefined;

/**
 * Documents checked against schemas that lie in several files.
 *
 * It reads the schemas as they are, where a compiling validator needs longer to begin than a container to start.
 */
export class JsonSchemas {
  readonly #documents: Readonly<Record<string, unknown>>;

  /** @param documents the schemas by file name. A reference to a file that isn't among them allows anything. */
  constructor(documents: Readonly<Record<string, unknown>>) {
    this.#documents = documents;
  }

  /** @returns what is wrong in half a sentence, `process.cwd must be a string`; undefined when nothing is. */
  violation(document: string, value: unknown): Violation {
    return this.#check(this.#find(`${document}#`, document), value, '');
  }

  #check(place: Place, value: unknown, path: string): Violation {
    const { schema, document } = place;
    if (schema.$ref !== undefined) return this.#check(this.#find(schema.$ref, document), value, path);
    return (
      ofType(schema, value, path) ??
      ofScalar(schema, value, path) ??
      this.#ofObject(place, value, path) ??
      this.#ofArray(place, value, path) ??
      this.#ofAlternatives(place, value, path)
    );
  }

  #ofObject({ schema, document }: Place, value: unknown, path: string): Violation {
    if (!isObject(value)) return undefined;
    const missing = schema.required?.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return `${below(path, missing)} is missing`;
    for (const [name, member] of Object.entries(value)) {
      for (const rule of rulesOf(schema, name)) {
        const violation = this.#check({ schema: rule, document }, member, below(path, name));
        if (violation !== undefined) return violation;
      }
    }
    return undefined;
  }

  #ofArray({ schema, document }: Place, value: unknown, path: string): Violation {
    if (!Array.isArray(value)) return undefined;
    const { items, minItems = 0 } = schema;
    if (value.length < minItems) return `${nameOf(path)} must have at least ${minItems} of its kind`;
    for (const [index, item] of items === undefined ? [] : value.entries()) {
      const violation = items && this.#check({ schema: items, document }, item, `${path}[${index}]`);
      if (violation !== undefined) return violation;
    }
    return undefined;
  }

  #ofAlternatives({ schema: { allOf = [], anyOf }, document }: Place, value: unknown, path: string): Violation {
    for (const schema of allOf) {
      const violation = this.#check({ schema, document }, value, path);
      if (violation !== undefined) return violation;
    }
    const failed = anyOf?.map((schema) => this.#check({ schema, document }, value, path));
    return failed?.includes(undefined) === false ? failed[0] : undefined;
  }

  /** `defs.json#/definitions/uint32`; without a file, of the same document. */
  #find(reference: string, from: string): Place {
    const [file = '', pointer = ''] = reference.split('#');
    const document = file === '' ? from : file;
    let found: unknown = this.#documents[document] ?? {};
    for (const name of pointer.split('/').filter((part) => part !== '')) {
      found = isObject(found) ? found[name] : undefined;
    }
    return { schema: found ?? {}, document };
  }
}

function rulesOf({ properties, patternProperties, additionalProperties }: Schema, name: string): readonly Schema[] {
  const own = properties !== undefined && Object.hasOwn(properties, name) ? [properties[name]] : [];
  const matching = Object.entries(patternProperties ?? {})
    .filter(([pattern]) => new RegExp(pattern, 'u').test(name))
    .map(([, schema]) => schema);
  const rules = [...own, ...matching].filter((schema) => schema !== undefined);
  return rules.length === 0 && additionalProperties !== undefined ? [additionalProperties] : rules;
}

const types: Readonly<Record<string, readonly [words: string, holds: (value: unknown) => boolean]>> = {
  object: ['an object', isObject],
  array: ['an array', Array.isArray],
  string: ['a string', (value) => typeof value === 'string'],
  boolean: ['true or false', (value) => typeof value === 'boolean'],
  integer: ['a whole number', Number.isInteger],
  number: ['a number', (value) => typeof value === 'number'],
  null: ['null', (value) => value === null],
};

function ofType({ type }: Schema, value: unknown, path: string): Violation {
  const known = type === undefined ? undefined : types[type];
  return known === undefined || known[1](value) ? undefined : `${nameOf(path)} must be ${known[0]}`;
}

function ofScalar(schema: Schema, value: unknown, path: string): Violation {
  const { minimum = -Infinity, maximum = Infinity, pattern } = schema;
  if (schema.enum?.includes(value) === false) return `${nameOf(path)} must be one of ${schema.enum.join(', ')}`;
  if (typeof value === 'number' && value < minimum) return `${nameOf(path)} must be at least ${minimum}`;
  if (typeof value === 'number' && value > maximum) return `${nameOf(path)} must be at most ${maximum}`;
  if (typeof value === 'string' && pattern !== undefined && !new RegExp(pattern, 'u').test(value)) {
    return `${nameOf(path)} must look like ${pattern}`;
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const LONGEST_NAME = 100;

/** Names come from the document, which may be anybody's. */
function below(path: string, name: string): string {
  const shown = /^[\w.-]{1,100}$/.test(name) ? name : JSON.stringify(name.slice(0, LONGEST_NAME));
  return path === '' ? shown : `${path}.${shown}`;
}

function nameOf(path: string): string {
  return path === '' ? 'the document' : path;
}
