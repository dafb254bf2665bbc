import { createReadStream, readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';

import { EngineError } from '#engine/contract/errors.ts';
import { JsonSchemas } from '#engine/oci/json-schema.ts';

/** Far more than any configuration; what is larger isn't read. */
const MOST_BYTES = 16 * 1024 * 1024;

const names = ['config-schema.json', 'config-linux.json', 'defs.json', 'defs-linux.json'];

function readSchemas(): JsonSchemas {
  const assets = new URL('../../assets/oci-runtime-schema/', import.meta.url);
  const documents = names.map((name): [string, unknown] => [
    name,
    JSON.parse(readFileSync(new URL(name, assets), 'utf8')),
  ]);
  return new JsonSchemas(Object.fromEntries(documents));
}

/**
 * A document of somebody else's, as JSON.
 * @throws EngineError `invalid-argument` with what is wrong with it.
 */
export async function readDocument(path: string): Promise<unknown> {
  const text = await readLimited(path);
  try {
    return JSON.parse(text, withoutFileTypes);
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new EngineError('invalid-argument', `${path} is nested deeper than any configuration is.`, { cause });
    }
    throw new EngineError('invalid-argument', `${path} is not JSON: ${reasonOf(cause)}.`, { cause });
  }
}

/** Podman writes a device's type into its permissions (stat(2)), which the schema has no room for. */
function withoutFileTypes(name: string, value: unknown): unknown {
  const isMode = name === 'fileMode' && typeof value === 'number' && Number.isInteger(value) && value <= 0o177_777;
  return isMode ? value & 0o777 : value;
}

async function readLimited(path: string): Promise<string> {
  // Whatever it is, a FIFO or a device included, no more is read than could be wanted.
  const bytes = await buffer(createReadStream(path, { end: MOST_BYTES })).catch((cause: unknown) => {
    throw new EngineError('not-found', `${path} can't be read: ${reasonOf(cause)}.`, { cause });
  });
  if (bytes.length <= MOST_BYTES) return bytes.toString('utf8');
  throw new EngineError('too-large', `${path} is larger than 16 MiB, which no configuration is.`);
}

/** @param path for the sentence. @throws EngineError `invalid-argument` naming the first place that the schema forbids. */
export function checkConfig(document: unknown, path: string): void {
  const violation = readSchemas().violation('config-schema.json', document);
  if (violation !== undefined) throw new EngineError('invalid-argument', `${path} is no configuration: ${violation}.`);
}

/** The same for a part of one: `process` of `exec --process`. */
export function checkPart(document: unknown, part: 'process' | 'resources', path: string): void {
  const whole = part === 'process' ? { process: document } : { linux: { resources: document } };
  checkConfig({ ociVersion: '1.0.0', ...whole }, path);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
