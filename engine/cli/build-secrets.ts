import { readFile } from 'node:fs/promises';

import { EngineError } from '#engine/contract/errors.ts';

/** `NAME=value`, or `NAME` for what this command's own environment has. */
export function pairOf(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): readonly [string, string] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, environment[text] ?? ''] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** `id=token,src=FILE` or `id=token,env=NAME`, as Docker's clients write it. */
export async function secretOf(text: string): Promise<readonly [string, string]> {
  const fields = new Map(text.split(',').map((part) => pairOf(part, {})));
  const id = fields.get('id');
  if (id === undefined || id === '')
    throw new EngineError('invalid-argument', `--secret ${text} has no id: write id=NAME,src=FILE.`);
  const file = fields.get('src') ?? fields.get('source');
  const variable = fields.get('env') ?? id;
  const bytes = file === undefined ? Buffer.from(process.env[variable] ?? missing(id)) : await readFile(file);
  return [id, bytes.toString('base64')];
}

function missing(id: string): never {
  throw new EngineError(
    'invalid-argument',
    `The secret ${id} has no file and no variable: write --secret id=${id},src=FILE.`,
  );
}
