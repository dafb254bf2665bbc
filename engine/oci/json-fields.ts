import { isDigest, type Digest } from '#engine/contract/digest.ts';
import { EngineError } from '#engine/contract/errors.ts';

/**
 * A JSON object from outside, read field by field. Whatever isn't as its specification says is `corrupt`, and the
 * sentence names the document and the field. A field that is `null` is absent: Go writes empty lists that way.
 */
export class JsonFields {
  readonly #value: object;
  readonly #where: string;

  private constructor(value: object, where: string) {
    this.#value = value;
    this.#where = where;
  }

  /** @param what the document, for the sentence: `The manifest of redis:4`. */
  static parse(bytes: Uint8Array, what: string): JsonFields {
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    } catch (error) {
      throw new EngineError('corrupt', `${what} is not JSON; whoever made it has to publish it again.`, {
        cause: error,
      });
    }
    return JsonFields.of(value, what);
  }

  static of(value: unknown, where: string): JsonFields {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw broken(where, 'is not a JSON object');
    return new JsonFields(value, where);
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.#get(name);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(name, 'is not a text');
  }

  /** A whole number that isn't negative: a size, a version. */
  count(name: string): number {
    const value = this.#get(name) ?? this.#missing(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#wrong(name, 'is not a whole number');
  }

  flag(name: string): boolean {
    const value = this.#get(name) ?? false;
    if (typeof value === 'boolean') return value;
    throw this.#wrong(name, 'is neither true nor false');
  }

  digest(name: string): Digest {
    const text = this.text(name);
    if (isDigest(text)) return text;
    throw this.#wrong(name, 'is not a sha256 digest');
  }

  object(name: string): JsonFields {
    return JsonFields.of(this.#get(name) ?? this.#missing(name), `${this.#where}, field "${name}",`);
  }

  optionalObject(name: string): JsonFields | undefined {
    return this.has(name) ? this.object(name) : undefined;
  }

  /** Each item of a list of objects. An absent list is undefined. */
  objects(name: string): readonly JsonFields[] | undefined {
    return this.#list(name)?.map((item, index) => JsonFields.of(item, `${this.#where}, field "${name}[${index}]",`));
  }

  texts(name: string): readonly string[] | undefined {
    return this.#list(name)?.map((item) => {
      if (typeof item === 'string') return item;
      throw this.#wrong(name, 'is not a list of texts');
    });
  }

  /** Texts by text: labels, annotations. */
  textMap(name: string): Readonly<Record<string, string>> | undefined {
    const entries = this.#entries(name)?.map(([key, value]): [string, string] => {
      if (typeof value === 'string') return [key, value];
      throw this.#wrong(name, 'is not a list of texts by name');
    });
    return entries && Object.fromEntries(entries);
  }

  /** The names of a Go `map[string]struct{}`: exposed ports, volumes. */
  names(name: string): readonly string[] | undefined {
    return this.#entries(name)?.map(([key]) => key);
  }

  #entries(name: string): [string, unknown][] | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#wrong(name, 'is not an object');
    return Object.entries(value);
  }

  #list(name: string): readonly unknown[] | undefined {
    const value = this.#get(name);
    if (value === undefined || Array.isArray(value)) return value;
    throw this.#wrong(name, 'is not a list');
  }

  #get(name: string): unknown {
    if (!Object.hasOwn(this.#value, name)) return undefined;
    const value: unknown = Reflect.get(this.#value, name);
    return value === null ? undefined : value;
  }

  #missing(name: string): never {
    throw broken(this.#where, `has no "${name}"`);
  }

  #wrong(name: string, problem: string): EngineError {
    return broken(`${this.#where}, field "${name}",`, problem);
  }
}

function broken(where: string, problem: string): EngineError {
  return new EngineError('corrupt', `${where} ${problem}; whoever made it has to publish it again.`);
}

/** Leaves out what is undefined: an optional field is there with a value, or not at all. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a filter leaves, the type can't follow
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
