import { readFile } from 'node:fs/promises';

import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';

/** A schema of Swagger 2.0, as the document has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** What a request is made of. */
export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header' | 'body' | 'formData';
  /** Of a body; of others what they are themselves. */
  readonly schema: Schema;
}

export interface Operation {
  /** `GET /containers/{id}/json`. */
  readonly name: string;
  readonly method: string;
  readonly path: RegExp;
  readonly parameters: readonly Parameter[];
  /** By status; no schema where the answer isn't described. */
  readonly answers: ReadonlyMap<number, Schema | undefined>;
}

const document = z.object({
  definitions: z.record(z.string(), z.record(z.string(), z.unknown())),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});
const parameter = z.looseObject({
  name: z.string(),
  in: z.enum(['path', 'query', 'header', 'body', 'formData']),
  schema: z.record(z.string(), z.unknown()).optional(),
});
const operation = z.object({
  parameters: z.array(parameter).default([]),
  responses: z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()).optional() })),
});

/** The published description of the Docker Engine API, which answers are held against (assets/README.md). */
export class DockerApiSchema {
  readonly operations: readonly Operation[];
  readonly #definitions: Readonly<Record<string, Schema>>;
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  readonly #compiled = new Map<Schema, ValidateFunction>();

  private constructor({ definitions, paths }: z.infer<typeof document>) {
    this.#definitions = definitions;
    this.operations = Object.entries(paths).flatMap(([path, methods]) => operationsAt(path, methods));
    this.#ajv.addSchema({ definitions: asJsonSchema(definitions) }, 'docker');
  }

  static async read(): Promise<DockerApiSchema> {
    const file = new URL('../../assets/docker-engine-api/v1.51.yaml', import.meta.url);
    return new DockerApiSchema(document.parse(parse(await readFile(file, 'utf8'))));
  }

  definition(name: string): Schema {
    const found = this.#definitions[name];
    if (found === undefined) throw new Error(`The API describes no ${name}.`);
    return found;
  }

  /** @throws Error when the API has no such thing. */
  find(method: string, path: string): Operation {
    const found = this.operations.filter((candidate) => candidate.method === method && candidate.path.test(path));
    // `/images/json` is also an `/images/{name}`: the one with fewer blanks is meant.
    const [best] = found.toSorted((a, b) => blanks(a) - blanks(b));
    if (best === undefined) throw new Error(`The API describes no ${method} ${path}.`);
    return best;
  }

  /** What is wrong with a value, a line each. */
  violations(schema: Schema, value: unknown): readonly string[] {
    const validate = this.#compiled.get(schema) ?? this.#ajv.compile({ allOf: [asJsonSchema(schema)] });
    this.#compiled.set(schema, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`);
  }

  /** The names an object of this schema may have, each with its own schema; undefined where any name goes. */
  fields(schema: Schema): ReadonlyMap<string, Schema> | undefined {
    const { $ref: ref, allOf, properties } = shape.parse(schema);
    if (ref !== undefined) return this.fields(this.definition(ref.replace('#/definitions/', '')));
    if (allOf !== undefined) return new Map(allOf.flatMap((part) => [...(this.fields(part) ?? [])]));
    return properties === undefined ? undefined : new Map(Object.entries(properties));
  }

  /** Of a list's members, or of a map's values. */
  members(schema: Schema): Schema | undefined {
    const { $ref: ref, items, additionalProperties } = shape.parse(schema);
    if (ref !== undefined) return this.members(this.definition(ref.replace('#/definitions/', '')));
    if (items !== undefined) return items;
    return typeof additionalProperties === 'object' ? additionalProperties : undefined;
  }
}

const schemaShape = z.record(z.string(), z.unknown());
const shape = z.object({
  $ref: z.string().optional(),
  allOf: z.array(schemaShape).optional(),
  properties: z.record(z.string(), schemaShape).optional(),
  items: schemaShape.optional(),
  additionalProperties: z.union([schemaShape, z.boolean()]).optional(),
});

function operationsAt(path: string, methods: Readonly<Record<string, unknown>>): readonly Operation[] {
  return Object.entries(methods).flatMap(([method, described]) => {
    const { success, data } = operation.safeParse(described);
    if (!success) return [];
    const answers = Object.entries(data.responses).map(([status, { schema }]) => [Number(status), schema] as const);
    const name = `${method.toUpperCase()} ${path}`;
    const parameters = data.parameters.map(({ schema, ...own }) => ({ ...own, schema: schema ?? own }));
    return [{ name, method: method.toUpperCase(), path: patternOf(path), parameters, answers: new Map(answers) }];
  });
}

/** Names of images and plugins have slashes. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('{name}', '.+').replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

function blanks({ name }: Operation): number {
  return name.split('{').length;
}

/**
 * Swagger's references are to the document they stand in. Anything may be null here: where the description doesn't say
 * so, Go's lists and maps that nobody made are, and `CheckedApi` notes which.
 */
function asJsonSchema(schema: unknown): Schema {
  const made: unknown = JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return `docker${value}`;
    if (!isSchema(value) || !('$ref' in value || typeof value['type'] === 'string')) return value;
    return { anyOf: [{ type: 'null' }, value] };
  });
  return schemaShape.parse(made);
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
