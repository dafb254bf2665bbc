import { EngineError } from '#engine/contract/errors.ts';
import { parseReference, type Reference } from '#engine/contract/reference.ts';

/** Where results of steps are taken from (`--cache-from`). */
export type CacheSource =
  /** An image of this machine. */
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'registry'; readonly reference: Reference }
  /** A folder of this machine, absolute. */
  | { readonly kind: 'local'; readonly folder: string };

/** Where they are put (`--cache-to`). */
export type CacheTarget =
  /** The image itself. */
  | { readonly kind: 'inline' }
  | (Extract<CacheSource, { readonly kind: 'registry' | 'local' }> & {
      /** Also of stages that only lend files to the image. */
      readonly all: boolean;
    });

/** `type=registry,ref=NAME`, `type=local,src=FOLDER`, or a name alone, which may be here already. @throws EngineError `invalid-argument`. */
export function parseCacheSource(text: string): readonly CacheSource[] {
  if (!text.includes('='))
    return [
      { kind: 'image', reference: text },
      { kind: 'registry', reference: parseReference(text) },
    ];
  const fields = fieldsOf(text);
  switch (fields.get('type') ?? 'registry') {
    case 'registry':
      return [{ kind: 'registry', reference: parseReference(needed(fields, 'ref', text)) }];
    case 'local':
      return [{ kind: 'local', folder: folderOf(needed(fields, 'src', text)) }];
    default:
      throw new EngineError('invalid-argument', `--cache-from ${text}: there are type=registry and type=local.`);
  }
}

/** `type=inline`, `type=registry,ref=NAME[,mode=max]`, `type=local,dest=FOLDER[,mode=max]`. @throws EngineError `invalid-argument`. */
export function parseCacheTarget(text: string): CacheTarget {
  const fields = text.includes('=') ? fieldsOf(text) : new Map([['type', text]]);
  const mode = fields.get('mode') ?? 'min';
  if (mode !== 'min' && mode !== 'max')
    throw new EngineError('invalid-argument', `--cache-to ${text}: there are mode=min and mode=max.`);
  const all = mode === 'max';
  switch (fields.get('type')) {
    case 'inline':
      return { kind: 'inline' };
    case 'registry':
      return { kind: 'registry', reference: parseReference(needed(fields, 'ref', text)), all };
    case 'local':
      return { kind: 'local', folder: folderOf(needed(fields, 'dest', text)), all };
    default:
      throw new EngineError(
        'invalid-argument',
        `--cache-to ${text}: there are type=inline, type=registry and type=local.`,
      );
  }
}

function fieldsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((part): readonly [string, string] => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=')];
    }),
  );
}

function needed(fields: ReadonlyMap<string, string>, name: string, text: string): string {
  const value = fields.get(name);
  if (value !== undefined && value !== '') return value;
  throw new EngineError('invalid-argument', `The cache ${text} names no place: write ${name}=….`);
}

function folderOf(path: string): string {
  if (path.startsWith('/')) return path;
  throw new EngineError('invalid-argument', `The cache's folder ${path} has to be an absolute path.`);
}
