import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';

import { pathBytes, pathText } from '#engine/archive/path-text.ts';
import { EngineError } from '#engine/contract/errors.ts';

/** Extended attributes by path, then by name. */
export type TreeAttributes = ReadonlyMap<string, ReadonlyMap<string, Buffer>>;

/**
 * Extended attributes of what is in a tree, by the launcher: Node reads none.
 * @param paths relative to the tree; one that isn't there, or can't have any, is left out of the answer.
 */
export async function readAttributes(
  launcherPath: string,
  tree: string,
  paths: readonly string[],
): Promise<TreeAttributes> {
  const reader = spawn(launcherPath, ['attributes', tree], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(reader, 'close');
  reader.stdin.on('error', () => undefined);
  reader.stdin.end(Buffer.concat(paths.flatMap((path) => [pathBytes(path), Buffer.of(0)])));
  const [answer, words] = await Promise.all([buffer(reader.stdout), text(reader.stderr), ended]);
  if (reader.exitCode !== 0) {
    throw new EngineError('internal', `Extended attributes could not be read: ${words.trim()}`);
  }
  return parseAttributes(answer);
}

function parseAttributes(answer: Buffer): TreeAttributes {
  const found = new Map<string, Map<string, Buffer>>();
  const fields = fieldsOf(answer);
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path, name, value] = fields.slice(at, at + 3).map((field) => pathText(field));
    const known = found.get(path ?? '') ?? new Map<string, Buffer>();
    found.set(path ?? '', known.set(name ?? '', Buffer.from(value ?? '', 'hex')));
  }
  return found;
}

/** Each ends in a zero byte. */
function fieldsOf(answer: Buffer): readonly Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0, end = answer.indexOf(0); end !== -1; at = end + 1, end = answer.indexOf(0, at)) {
    fields.push(answer.subarray(at, end));
  }
  return fields;
}
